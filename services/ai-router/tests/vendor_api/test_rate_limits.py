"""Every way to say when."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_router.vendor_api.rate_limits import moment

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20", 20), ("0.25", 0.25), ("34s", 34), ("34.074824224s", 34.074824), ("6ms", 0.006),
        ("1m30s", 90), ("6m0s", 360), ("1h2m3.5s", 3723.5), ("2d", 172800), ("1772453100", 300),
        ("1772453100000", 300), ("2026-03-02T12:00:30Z", 30), ("2026-03-02T13:00:30+01:00", 30),
        ("Mon, 02 Mar 2026 12:01:00 GMT", 60),
    ],
)  # fmt: skip
def test_a_moment_to_come(text, seconds):
    assert (moment(text, NOON) - NOON).total_seconds() == seconds


@pytest.mark.parametrize(
    "text",
    ["", "0", "-5", "soon", "nan", "inf", "1e999", "9" * 400, "99999999999999", "5x", "1s later",
     "30d12h9999h", "2026-03-02T11:59:00Z", "Mon, 02 Mar 2026 11:00:00 GMT", "2099-01-01T00:00:00Z",
     "34s\n34s"],
)  # fmt: skip
def test_what_is_past_too_far_or_nothing_is_no_hint(text):
    assert moment(text, NOON) is None


@given(st.text() | st.from_regex(r"[0-9.dhms:TZ+-]{0,20}"))
def test_no_text_breaks_it(text):
    told = moment(text, NOON)
    assert told is None or told > NOON
