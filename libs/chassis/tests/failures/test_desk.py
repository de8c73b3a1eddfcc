"""Jobs of the failure desk: in order, once, recorded, and finished whoever dies meanwhile."""

import asyncio
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.clock import utc_now
from contracts.examples import examples_of
from contracts.operations import FailureDiscarded, FailureJobRequested, FailureRetried, Selection

from .conftest import NOW, failure, job

EXAMPLE = json.loads(examples_of("booking-cancel.requested.v1").valid[0])


async def ask(desk, asked):
    await desk.handlers[FailureJobRequested](asked)


async def take_in(place, *some):
    for one in some:
        await place.dead_letters().take_in(one)


async def test_a_retry_goes_through_every_conversation_in_order_and_says_so(place):
    some = [failure(n, conversation) for n in (2, 0, 1) for conversation in "ab"]
    await take_in(place, *some)
    async with place.at_work() as desk:
        asked = job()
        await ask(desk, asked)
        done = await place.done(desk, asked)
    assert (done.total, done.done, done.failed) == (6, 6, 0)
    order = {one.id: (one.conversation, one.event_time) for one in some}
    assert [order[one] for one, _ in place.sent] == sorted(order.values())
    facts = [one for one in place.published if isinstance(one.data, FailureRetried)]
    assert {one.data.failure_id for one in facts} == set(order)
    assert {(one.tenantid, one.causationid, one.data.personal.by) for one in facts} == {
        ("lyo", asked.id, "ada@x.it")
    }
    assert await desk.groups() == []
    shown = await desk.show(some[0].id)
    assert (shown.status, [deed.action for deed in shown.history]) == ("retried", ["retry"])


async def test_only_what_is_meant_is_touched(place):
    mine, other = failure(tenant="lyo"), failure(tenant="sdb")
    await take_in(place, mine, other)
    async with place.at_work() as desk:
        await ask(desk, asked := job("discard", reason="a test", tenant="lyo"))
        await place.done(desk, asked)
        assert [group.tenants for group in await desk.groups()] == [("sdb",)]
        await ask(desk, again := job(ids=(mine.id,)))
        assert (await place.done(desk, again)).total == 0
    assert place.sent == []
    (fact,) = place.published
    assert isinstance(fact.data, FailureDiscarded)
    assert (fact.data.failure_id, fact.data.reason) == (mine.id, "a test")


async def test_the_same_request_twice_is_one_job(place):
    await take_in(place, failure())
    async with place.at_work() as desk:
        asked = job()
        await ask(desk, asked)
        await place.done(desk, asked)
        await ask(desk, asked)
        await ask(desk, later := job())
        await place.done(desk, later)
    assert len(place.sent) == 1


MOMENTS = ("before it is sent", "when it is sent", "before it says so", "when all is done", "when 7 are sent")


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_job_is_finished_by_another_when_its_worker_is_killed(place, monkeypatch, moment):
    monkeypatch.setattr("chassis.failures.jobs._LEASE", timedelta(seconds=0.3))
    monkeypatch.setattr("chassis.failures.worker._LOOK_SECONDS", 0.05)
    some = [failure(n) for n in range(10)]
    await take_in(place, *some)
    place.dies = moment
    async with place.at_work("a") as first:
        await ask(first, asked := job())
        await place.died.wait()
    assert len(place.sent) < 10
    async with place.at_work("b") as second:
        done = await place.done(second, asked)
    assert (done.total, done.done, done.failed) == (10, 10, 0)
    sent = [one for one, _ in place.sent]
    assert list(dict.fromkeys(sent)) == [one.id for one in some], "in order"
    assert len(sent) <= 11, "only what was in hand may be sent twice"
    facts = {one.id: one.data.failure_id for one in place.published}
    assert sorted(facts.values()) == sorted(one.id for one in some)


async def test_while_the_broker_is_away_a_job_waits_and_loses_nothing(place):
    await take_in(place, failure())
    place.away = True
    async with place.at_work() as desk:
        await ask(desk, asked := job())
        await asyncio.sleep(0.2)
        assert (await desk.job(asked.id)).done == 0
        place.away = False
        assert (await place.done(desk, asked)).done == 1
    assert len(place.sent) == 1


async def test_an_edit_is_sent_instead_and_recorded(place):
    broken = failure(payload={**EXAMPLE, "data": {}})
    await take_in(place, broken)
    async with place.at_work() as desk:
        await ask(desk, asked := job(ids=(broken.id,), edited=EXAMPLE))
        await place.done(desk, asked)
        (deed,) = (await desk.show(broken.id)).history
    assert place.sent == [(broken.id, EXAMPLE)]
    assert (deed.action, deed.by, deed.before, deed.after) == ("edit", "ada@x.it", broken.payload, EXAMPLE)
    (fact,) = place.published
    assert (fact.data.personal.before, fact.data.personal.after) == (broken.payload, EXAMPLE)


@pytest.mark.parametrize(
    ("kept", "edited", "why"),
    [
        ({"payload": "hello", "encoding": "text"}, None, "edit it, or discard it"),
        ({}, {**EXAMPLE, "data": {}}, "breaks its contract: data.booking_id"),
    ],
)
async def test_what_makes_no_sense_is_left_alone_with_the_reason(place, kept, edited, why):
    one = failure(**kept)
    await take_in(place, one)
    async with place.at_work() as desk:
        await ask(desk, asked := job(ids=(one.id,), edited=edited))
        done = await place.done(desk, asked)
        assert (done.done, done.failed) == (0, 1)
        assert why in done.mistakes[0]
        assert (await desk.show(one.id)).status == "open"
    assert (place.sent, place.published) == ([], [])


async def test_what_fails_again_is_open_again_with_all_that_was_done(place):
    one = failure()
    await take_in(place, one)
    async with place.at_work() as desk:
        await ask(desk, asked := job())
        await place.done(desk, asked)
        await take_in(place, one.model_copy(update={"last_at": NOW + timedelta(hours=1)}))
        (group,) = await desk.groups()
        shown = await desk.show(one.id)
    assert group.count == 1
    assert (shown.status, shown.times, len(shown.history)) == ("open", 2, 1)


async def test_failures_are_listed_page_by_page(place):
    some = [failure(n, tenant=tenant) for n in range(3) for tenant in ("lyo", "sdb")]
    await take_in(place, *some)
    desk, seen, after = place.desk(), [], ""
    while found := await desk.find(Selection(tenant="sdb"), after, 2):
        seen += found
        after = found[-1].place
    assert [(one.tenant, one.payload["n"]) for one in seen] == [("sdb", 0), ("sdb", 1), ("sdb", 2)]
    assert await desk.show(uuid4()) is None


async def test_what_was_settled_long_ago_is_forgotten_and_what_is_open_never(place):
    settled, still_open = failure(), failure()
    await take_in(place, settled, still_open)
    async with place.at_work() as desk:
        await ask(desk, asked := job(ids=(settled.id,)))
        await place.done(desk, asked)
    await place.dead_letters().forget(utc_now() + timedelta(days=40))
    assert await desk.show(settled.id) is None
    assert await desk.show(still_open.id) is not None
