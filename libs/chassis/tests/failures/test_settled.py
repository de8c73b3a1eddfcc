"""Of failures that their sources forget, the desk tells what became of them, when and by whom."""

from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.clock import utc_now
from chassis.failures.desk import FailureDesk
from chassis.failures.settled import SettledFailures
from contracts.operations import FailureJobRequested

from .conftest import failure, job


class Parked:
    """Failures that are gone as soon as somebody has done something about them."""

    kind = "parked"

    def __init__(self, *some):
        self.open = {one.id: one for one in some}

    async def find(self, *, after="", limit=200):
        return [one for one in self.open.values() if one.place > after]

    async def get(self, failure):
        return self.open.get(failure)

    async def retry(self, failure, _):
        self.open.pop(failure.id, None)

    discard = retry


@pytest.fixture
def parked():
    return failure(
        kind="parked", exception="ValueError", error="ValueError: +39 333", lines=({"event": "+39 333"},),
        waiting=3, payload={"text": "+39 333"},
    )  # fmt: skip


@pytest.fixture
def desk_of(place):
    return lambda *open_ones: FailureDesk(
        "scheduler", place.dead_letters(), (Parked(*open_ones),),
        store=place.store, publisher=place, clock=utc_now, replica="a",
    )  # fmt: skip


async def settle(place, desk, action, **asked):
    place.desk = lambda _: desk
    async with place.at_work():
        await desk.handlers[FailureJobRequested](wish := job(action, **asked))
        await place.done(desk, wish)


@pytest.mark.parametrize(
    ("wish", "status"),
    [({"action": "retry"}, "retried"), ({"action": "discard", "reason": "spam"}, "discarded")],
)
async def test_what_was_settled_is_shown_with_who_did_it(place, desk_of, parked, wish, status):
    desk = desk_of(parked)
    await settle(place, desk, **wish)
    shown = await desk.show(parked.id)
    (deed,) = shown.history
    assert (shown.status, shown.kind, shown.event_type) == (status, "parked", parked.event_type)
    assert (deed.action, deed.by, deed.reason) == (wish["action"], "ada@x.it", wish.get("reason", ""))
    assert utc_now() - deed.at < timedelta(minutes=1)
    assert await desk.groups() == []


async def test_nothing_is_kept_that_may_tell_of_a_customer(place, desk_of, parked):
    await settle(place, desk := desk_of(parked), "retry")
    assert "+39 333" not in (await desk.show(parked.id)).model_dump_json()


async def test_what_fails_again_is_open_again(place, desk_of, parked):
    await settle(place, desk_of(parked), "retry")
    shown = await desk_of(parked).show(parked.id)
    assert (shown.status, len(shown.history), shown.payload) == ("open", 1, parked.payload)


async def test_what_resolved_itself_says_so_once(place, desk_of, parked):
    settled = SettledFailures(place.store, utc_now)
    for _ in range(2):
        await settled.resolve(parked, by="the vendor", reason="it is delivered")
    shown = await desk_of().show(parked.id)
    (deed,) = shown.history
    assert (shown.status, deed.action, deed.by, deed.reason) == (
        "resolved", "resolve", "the vendor", "it is delivered",
    )  # fmt: skip
    assert await desk_of().show(uuid4()) is None


async def test_a_note_is_kept_for_thirty_days(place, parked):
    settled = SettledFailures(place.store, utc_now)
    await settled.keep(parked, "retried")
    await settled.forget(utc_now() + timedelta(days=29))
    assert await settled.get(parked.id)
    await settled.forget(utc_now() + timedelta(days=31))
    assert await settled.get(parked.id) is None
