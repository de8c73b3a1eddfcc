"""What the storage port promises, tried on every adapter."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chassis.storage import (
    AlreadyExists,
    Collection,
    CollectionSpec,
    Conflict,
    Document,
    Range,
    Store,
    StoreUnavailable,
    UndeclaredIndex,
    UnstorableDocument,
    Versioned,
    instant,
    open_store,
)

BOOKINGS = CollectionSpec(
    "bookings",
    indexes=(("status", "price"), ("price",), ("customer.city",), ("customer.regular",), ("start",)),
)
TIMERS = CollectionSpec("timers", indexes=(("due",), ("owner", "due")), across=True)


@pytest.fixture
def bookings(store: Store) -> Collection:
    return store.collection(BOOKINGS)


def keys(found: list[Versioned]) -> list[str]:
    return [document.key for document in found]


async def test_a_document_lives_through_versions(bookings: Collection) -> None:
    assert await bookings.get("lyo", "b1") is None
    assert await bookings.insert("lyo", "b1", {"status": "held"}) == Versioned(
        "lyo", "b1", 1, {"status": "held"}
    )
    saved = await bookings.save("lyo", "b1", {"status": "confirmed"}, expected=1)
    assert saved == Versioned("lyo", "b1", 2, {"status": "confirmed"})
    assert await bookings.get("lyo", "b1") == saved
    assert await bookings.delete("lyo", "b1") is True
    assert await bookings.get("lyo", "b1") is None
    assert await bookings.delete("lyo", "b1") is False


async def test_tenants_never_see_each_other(bookings: Collection) -> None:
    for tenant, price in (("lyo", 35), ("lily", 90)):
        await bookings.insert(tenant, "b1", {"status": "held", "price": price})
    assert await bookings.save("lyo", "b1", {"status": "held", "price": 40}, expected=1)
    other = await bookings.get("lily", "b1")
    assert other is not None
    assert (other.version, other.body["price"]) == (1, 90)
    assert [each.tenant for each in await bookings.find("lily", {"status": "held"})] == ["lily"]
    assert [each.tenant for each in await bookings.find("lyo")] == ["lyo"]
    assert await bookings.delete("lyo", "b1")
    assert await bookings.get("lily", "b1") == other


async def test_tenant_and_key_do_not_run_together(bookings: Collection) -> None:
    await bookings.insert("a/b", "c", {"price": 1})
    await bookings.insert("a", "b/c", {"price": 2})
    await bookings.insert("a%2Fb", "c", {"price": 3})
    assert [each.body["price"] for each in await bookings.find("a")] == [2]
    assert [each.body["price"] for each in await bookings.find("a/b")] == [1]


async def test_an_insert_over_an_existing_document_is_refused(bookings: Collection) -> None:
    await bookings.insert("lyo", "b1", {"price": 1})
    with pytest.raises(AlreadyExists) as refused:
        await bookings.insert("lyo", "b1", {"price": 2})
    assert (refused.value.collection, refused.value.tenant, refused.value.key) == (
        "bookings",
        "lyo",
        "b1",
    )
    assert [each.body for each in await bookings.find("lyo")] == [{"price": 1}]


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_a_save_at_another_version_conflicts(bookings: Collection, expected: int) -> None:
    await bookings.save("lyo", "b1", {"price": 1}, expected=0)
    await bookings.save("lyo", "b1", {"price": 2}, expected=1)
    with pytest.raises(Conflict) as refused:
        await bookings.save("lyo", "b1", {"price": 3}, expected=expected)
    assert (refused.value.tenant, refused.value.key, refused.value.expected) == (
        "lyo",
        "b1",
        expected,
    )
    assert await bookings.get("lyo", "b1") == Versioned("lyo", "b1", 2, {"price": 2})


async def test_a_save_of_a_deleted_document_conflicts(bookings: Collection) -> None:
    await bookings.insert("lyo", "b1", {"price": 1})
    await bookings.delete("lyo", "b1")
    with pytest.raises(Conflict):
        await bookings.save("lyo", "b1", {"price": 2}, expected=1)
    assert await bookings.get("lyo", "b1") is None


async def test_a_delete_can_expect_a_version(bookings: Collection) -> None:
    await bookings.insert("lyo", "b1", {"price": 1})
    with pytest.raises(Conflict):
        await bookings.delete("lyo", "b1", expected=2)
    assert await bookings.delete("lyo", "b1", expected=1) is True
    assert await bookings.delete("lyo", "b1", expected=1) is False


async def test_of_a_hundred_savers_one_wins_each_version(bookings: Collection) -> None:
    async def wins(saver: int, expected: int) -> bool:
        try:
            await bookings.save("lyo", "b1", {"price": saver}, expected=expected)
        except Conflict:
            return False
        return True

    for version in range(4):
        outcomes = await asyncio.gather(*(wins(saver, version) for saver in range(100)))
        assert outcomes.count(True) == 1
        stored = await bookings.get("lyo", "b1")
        assert stored == Versioned("lyo", "b1", version + 1, {"price": outcomes.index(True)})


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        (Range(gte=20), [20, 30]),
        (Range(gt=20), [30]),
        (Range(lte=20), [10, 20]),
        (Range(lt=20), [10]),
        (Range.between(10, 30), [10, 20]),
        (Range(gt=30), []),
    ],
)
async def test_ranges_over_numbers(bookings: Collection, bounds: Range, found: list[int]) -> None:
    for price in (10, 20, 30):
        await bookings.insert("lyo", f"b{price}", {"price": price})
    await bookings.insert("lyo", "priceless", {})
    await bookings.insert("lyo", "on-request", {"price": "20"})
    matching = await bookings.find("lyo", {"price": bounds}, sort="price")
    assert [each.body["price"] for each in matching] == found


async def test_ranges_over_instants(bookings: Collection) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    rome = timezone(timedelta(hours=1))
    starts = [noon - timedelta(microseconds=1), noon.astimezone(rome), noon + timedelta(hours=1)]
    for number, start in enumerate(starts):
        await bookings.insert("lyo", f"b{number}", {"start": instant(start)})
    hour = Range.between(instant(noon), instant(noon + timedelta(hours=1)))
    assert keys(await bookings.find("lyo", {"start": hour})) == ["b1"]


async def test_kinds_of_values_are_kept_apart(bookings: Collection) -> None:
    for key, price in (("number", 1), ("yes", True), ("text", "1"), ("zero", 0), ("no", False)):
        await bookings.insert("lyo", key, {"price": price})
    assert keys(await bookings.find("lyo", {"price": 1})) == ["number"]
    assert keys(await bookings.find("lyo", {"price": True})) == ["yes"]
    assert keys(await bookings.find("lyo", {"price": False})) == ["no"]
    assert keys(await bookings.find("lyo", {"price": "1"})) == ["text"]
    assert keys(await bookings.find("lyo", {"price": Range(gte="")})) == ["text"]


async def test_sorted_pages(bookings: Collection) -> None:
    for key, price in (("d", 10), ("a", 20), ("c", 10), ("b", 5)):
        await bookings.insert("lyo", key, {"status": "held", "price": price})
    await bookings.insert("lyo", "e", {"status": "gone", "price": 1})
    held = {"status": "held"}
    assert keys(await bookings.find("lyo", held, sort="price")) == ["b", "c", "d", "a"]
    assert keys(await bookings.find("lyo", held, sort="price", limit=2, skip=1)) == ["c", "d"]
    backwards = await bookings.find("lyo", held, sort="price", descending=True, limit=3)
    assert keys(backwards) == ["a", "d", "c"]
    assert keys(await bookings.find("lyo")) == ["a", "b", "c", "d", "e"]
    assert keys(await bookings.find("lyo", descending=True, limit=1)) == ["e"]


async def test_fields_inside_fields(bookings: Collection) -> None:
    for key, city, regular in (("a", "Roma", True), ("b", "Dakar", False), ("c", "Roma", False)):
        customer: Document = {"city": city, "regular": regular}
        await bookings.insert("lyo", key, {"customer": customer})
    await bookings.insert("lyo", "d", {"customer": "walk-in"})
    assert keys(await bookings.find("lyo", {"customer.city": "Roma"})) == ["a", "c"]
    assert keys(await bookings.find("lyo", {"customer.regular": False})) == ["b", "c"]


@pytest.mark.parametrize(
    ("where", "sort"),
    [
        ({"name": "Giulia"}, None),
        ({}, "name"),
        ({"status": "held", "customer.city": "Roma"}, None),
        ({"status": Range(gte="a"), "price": 3}, None),
        ({"customer": "Roma"}, None),
    ],
)
async def test_a_query_without_an_index_is_refused(
    bookings: Collection, where: dict[str, str | int | Range], sort: str | None
) -> None:
    with pytest.raises(UndeclaredIndex, match="bookings"):
        await bookings.find("lyo", where, sort=sort)


async def test_timers_are_read_across_tenants(store: Store) -> None:
    timers = store.collection(TIMERS)
    for tenant, key, due in (("lyo", "t2", 3), ("lily", "t1", 3), ("lyo", "t1", 1), ("lyo", "t3", 9)):
        await timers.insert(tenant, key, {"due": due})
    found = await timers.find_all_tenants({"due": Range(lte=3)}, sort="due")
    assert [(each.tenant, each.key) for each in found] == [("lyo", "t1"), ("lily", "t1"), ("lyo", "t2")]
    assert keys(await timers.find("lyo", {"due": Range(lte=3)})) == ["t1", "t2"]


async def test_other_collections_are_never_read_across_tenants(bookings: Collection) -> None:
    with pytest.raises(UndeclaredIndex, match="across"):
        await bookings.find_all_tenants({"price": 1})


async def test_text_of_all_scripts(bookings: Collection) -> None:
    text = "Ciao 👩🏽‍🦰 è già — مرحبا \u202e \0 \n 'x' \"$y\" 100%"
    status = text.replace("\0", "")
    body: Document = {"status": status, "price": 1, "naïve clé 💈": [text]}
    await bookings.insert("été", text, body)
    assert await bookings.find("été", {"status": status}) == [Versioned("été", text, 1, body)]
    assert await bookings.get("été", text) == Versioned("été", text, 1, body)


async def test_text_sorts_by_code_point(bookings: Collection) -> None:
    cities = ["Zürich", "ancona", "Ancona", "Écija", "😀", "\uffee", "", "Anc"]
    for number, city in enumerate(cities):
        await bookings.insert("lyo", f"b{number}", {"start": city})
    found = await bookings.find("lyo", sort="start")
    assert [each.body["start"] for each in found] == sorted(cities)


async def test_bodies_come_back_as_they_went_in(bookings: Collection) -> None:
    body: Document = {
        "z": 1, "a": 1.0, "flags": [True, None, {}, {"none": []}], "big": 2**63 - 1, "small": -(2**63),
        "tiny": 5e-324, "empty": "", "deep": {"b": {"c": {"d": -0.5}}},
    }  # fmt: skip
    await bookings.insert("lyo", "b1", body)
    stored = await bookings.get("lyo", "b1")
    assert stored is not None
    assert repr(stored.body) == repr(body)  # order and kind of number too


async def test_a_large_body(bookings: Collection) -> None:
    transcript: Document = {"turns": [{"text": "x" * 1000, "number": n} for n in range(4000)]}
    await bookings.insert("lyo", "long", transcript)
    assert await bookings.get("lyo", "long") == Versioned("lyo", "long", 1, transcript)


def nested(levels: int) -> Document:
    body: Document = {}
    for _ in range(levels):
        body = {"in": body}
    return body


@pytest.mark.parametrize(
    "body",
    [
        {"start": datetime(2026, 11, 20, tzinfo=UTC)},
        {"price": float("nan")},
        {"price": 2**63},
        {"price": [1]},
        {"status": "held\0"},
        {"customer": {"city": {"name": "Roma"}}},
        {"photo": b"bytes"},
        {"a.b": 1},
        {"$set": 1},
        {"": 1},
        {1: 1},
        {"half": "\ud83d"},
        {"list": [{"tuple": (1,)}]},
        nested(95),
        {"text": "x" * 20_000_000},
    ],
    ids=lambda body: f"{body!r:.30}",
)
async def test_a_body_that_one_adapter_could_not_keep_is_refused(
    bookings: Collection, body: Document
) -> None:
    with pytest.raises(UnstorableDocument):
        await bookings.insert("lyo", "b1", body)
    with pytest.raises(UnstorableDocument):
        await bookings.save("lyo", "b1", body, expected=1)
    assert await bookings.find("lyo") == []


@pytest.mark.parametrize(("tenant", "key"), [("", "b1"), ("lyo", ""), ("lyo", "\ud83d")])
async def test_a_document_without_a_place_is_refused(bookings: Collection, tenant: str, key: str) -> None:
    with pytest.raises(UnstorableDocument):
        await bookings.insert(tenant, key, {})
    with pytest.raises(UnstorableDocument):
        await bookings.save(tenant, key, {}, expected=0)


async def test_what_was_written_is_there_after_reopening(store_url: str, database: str) -> None:
    first = open_store(store_url, database)
    early = first.collection(BOOKINGS)
    await first.open()
    await early.insert("lyo", "b1", {"status": "held"})
    await early.save("lyo", "b1", {"status": "confirmed"}, expected=1)
    await first.close()
    second = open_store(store_url, database)
    await second.open()
    late = second.collection(BOOKINGS)
    assert await late.find("lyo", {"status": "confirmed"}) == [
        Versioned("lyo", "b1", 2, {"status": "confirmed"})
    ]
    await second.close()


async def test_a_store_that_is_not_open_is_unavailable(store_url: str, database: str) -> None:
    store = open_store(store_url, database)
    with pytest.raises(StoreUnavailable):
        await store.ping()
    await store.open()
    await store.ping()
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.collection(BOOKINGS).get("lyo", "b1")
