"""Moments as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ops.moments import BEGINNING, moment

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2h", "2026-11-20T06:30"),
        ("30m", "2026-11-20T08:00"),
        ("7d", "2026-11-13T08:30"),
        ("now", "2026-11-20T08:30"),
        ("today", "2026-11-19T23:00"),
        ("Yesterday", "2026-11-18T23:00"),
        ("2026-11-20", "2026-11-19T23:00"),
        ("2026-11-20T10:00", "2026-11-20T09:00"),
        ("2026-11-20 10:00Z", "2026-11-20T10:00"),
        ("2026-11-20T10:00:00.5+02:00", "2026-11-20T08:00:00.5"),
    ],
)
def test_a_moment_is_understood(text, meant):
    assert moment(text, NOW) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


def test_the_beginning_is_before_everything():
    assert moment("beginning", NOW) == BEGINNING < datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "2x", "10:00"])
def test_what_is_no_moment_is_told(text):
    with pytest.raises(ValueError, match="no moment"):
        moment(text, NOW)
