"""Mistakes in what a service writes down are named at once, with the way out."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from chassis.storage import CollectionSpec, Range, instant, open_store
from chassis.storage.query import EVERYTHING, Query


@pytest.mark.parametrize(
    "url",
    ["", "scheduler.db", "postgres://db/x", "sqlite://relative/folder", "sqlite://", "sqlite:///"],
)
def test_an_unknown_store_url_says_what_to_write(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///absolute/folder .* mongodb://"):
        open_store(url, "scheduler")


def test_a_password_in_a_wrong_url_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="'mongo'") as refused:
        open_store("mongo://bellhop:secret@db", "scheduler")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("database", ["", "../scheduler", "Scheduler", "a b"])
def test_a_database_is_called_after_its_service(tmp_path: Path, database: str) -> None:
    with pytest.raises(ValueError, match="service"):
        open_store(f"sqlite://{tmp_path}", database)


@pytest.mark.parametrize("name", ["", "Bookings", 'x"; drop table y', "1st", "a-b"])
def test_a_collection_name_is_plain(name: str) -> None:
    with pytest.raises(ValueError, match="collection"):
        CollectionSpec(name)


@pytest.mark.parametrize("path", ["", "a..b", "a b", "a.'b", "$a", "a."])
def test_an_indexed_field_is_plain(path: str) -> None:
    with pytest.raises(ValueError, match="indexed field"):
        CollectionSpec("bookings", indexes=(("status", path),))


@pytest.mark.parametrize("bounds", [{}, {"gte": 1, "lt": "2"}, {"gt": True}])
def test_a_range_has_bounds_of_one_kind(bounds: dict[str, int | str]) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Range(**bounds)


@pytest.mark.parametrize(("limit", "skip"), [(0, 0), (-1, 0), (1, -1)])
def test_a_page_has_a_size(limit: int, skip: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        Query(CollectionSpec("bookings"), "lyo", EVERYTHING, None, False, limit, skip)


def test_instants_have_one_width_and_sort_as_text() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert instant(noon) == "2026-11-20T12:00:00.000000Z"
    assert instant(noon.astimezone(timezone(timedelta(hours=5, minutes=30)))) == instant(noon)
    assert instant(noon) < instant(noon + timedelta(microseconds=1)) < instant(noon + timedelta(days=400))
    with pytest.raises(ValueError, match="time zone"):
        instant(noon.replace(tzinfo=None))
