"""What becomes of messages in doubt, as the business or a person decides; and of a vendor that slows down."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.errors import SlowDown, TransientError
from chassis.failures.source import CannotBeRetried, Order
from chassis.messaging.failing import pause_after
from chassis.storage import open_store
from contracts.events import first
from contracts.messages import Channel, ReceiptReceived
from notifier.adapters.doubt_store import DoubtStore
from notifier.ports import Accepted, NotAccepted, RateLimited, Unanswered

ANNA = Order(UUID(int=1), "anna@lyo.example")


def receipt_of(request, wamid="wamid.1") -> Any:
    data = ReceiptReceived(channel=Channel.WHATSAPP, vendor_message_id=wamid, status="delivered")
    return first(
        data, event_id=uuid4(), source="gateway", tenant="lyo", partition=request.partitionkey,
        time=request.time,
    )  # fmt: skip


async def in_doubt(new_world, request, **choices) -> Any:
    world = new_world(verdicts=[Unanswered("timed out")], **choices)
    await world.process().on_requested(request)
    assert world.state(request) == "uncertain"
    return world


async def comes_again(world) -> None:
    """The timer's round, and the broker that brings what it publishes."""
    known = len(world.published)
    await world.resending().call()
    for event in world.published[known:]:
        await world.process().on_requested(event)


async def test_a_person_is_asked_and_retry_sends_once_more(new_world, request_for):
    world = await in_doubt(new_world, request := request_for())
    (failure,) = await world.desk().find()
    assert (failure.kind, failure.event_id, failure.status) == ("uncertain", request.id, "open")
    assert failure.payload["data"]["personal"]["text"] == "Ciao!"
    for _ in range(2):
        await world.desk().retry(failure, ANNA)
    await comes_again(world)
    assert (world.taken, world.state(request)) == ([request.id] * 2, "sent")
    assert world.records[request.id].delivery.again_by == "person"
    assert world.doubted == {}, "neither text nor address is kept"
    await world.desk().retry(failure, ANNA)
    await comes_again(world)
    assert world.calls == 2


async def test_asked_twice_in_one_job_it_is_sent_once_even_if_in_doubt_again(new_world, request_for):
    world = await in_doubt(new_world, request_for())
    (failure,) = await world.desk().find()
    world.verdicts = [Unanswered("timed out")]
    for _ in range(3):
        await world.desk().retry(failure, ANNA)
        await comes_again(world)
    assert world.calls == 2
    assert [one.status for one in await world.desk().find()] == ["open"]
    await world.desk().retry(failure, Order(UUID(int=2), "anna@lyo.example"))
    await comes_again(world)
    assert world.calls == 3


async def test_discard_leaves_it_and_a_receipt_still_settles_it(new_world, request_for):
    world = await in_doubt(new_world, request := request_for())
    (failure,) = await world.desk().find()
    for _ in range(2):
        await world.desk().discard(failure, Order(UUID(int=1), "anna@lyo.example", "old news"))
    assert (await world.desk().find(), world.state(request), world.calls) == ([], "uncertain", 1)
    await world.receipts().on_received(receipt_of(request))
    assert world.state(request) == "delivered"


async def test_the_text_may_be_another_but_not_the_conversation(new_world, request_for):
    world = await in_doubt(new_world, request := request_for())
    (failure,) = await world.desk().find()
    edited = {**failure.payload, "tenantid": "sdb"}
    with pytest.raises(CannotBeRetried, match="tenant"):
        await world.desk().retry(failure, Order(UUID(int=1), "anna", edited=edited))
    with pytest.raises(CannotBeRetried, match="contract"):
        await world.desk().retry(failure, Order(UUID(int=1), "anna", edited={"id": "x"}))
    better = request_for(text="Ciao di nuovo!").model_dump(mode="json")
    await world.desk().retry(failure, Order(UUID(int=1), "anna", edited=better))
    await world.resending().call()
    assert world.published[-1].data.personal.text == "Ciao di nuovo!"
    assert world.published[-1].id == request.id


@pytest.mark.parametrize("moment", ["before the round", "after the round"])
async def test_a_receipt_that_comes_meanwhile_wins(moment, new_world, request_for):
    world = await in_doubt(new_world, request := request_for())
    (failure,) = await world.desk().find()
    await world.desk().retry(failure, ANNA)
    if moment == "after the round":
        await world.resending().call()
        assert world.state(request) == "created"
    await world.receipts().on_received(receipt_of(request))
    await world.process().on_requested(request)
    await comes_again(world)
    assert (world.calls, world.state(request), world.doubted) == (1, "delivered", {})


async def test_of_a_doubt_that_a_receipt_ends_it_is_kept_that_nobody_was_needed(new_world, request_for):
    world = await in_doubt(new_world, request := request_for())
    await world.receipts().on_received(receipt_of(request))
    assert (world.doubted, world.resolved) == ({}, {request.id: ("the vendor", "it is delivered")})


@pytest.mark.parametrize("uncertain", ["ask", "resend"])
async def test_of_one_that_was_sent_again_it_is_not(new_world, request_for, uncertain):
    world = await in_doubt(new_world, request_for(), uncertain=uncertain)
    for failure in await world.desk().find():
        await world.desk().retry(failure, ANNA)
    world.now += timedelta(seconds=10)
    await comes_again(world)
    assert (world.calls, world.doubted, world.resolved) == (2, {}, {})


async def test_with_resend_it_goes_out_again_after_a_receipt_had_its_chance(new_world, request_for):
    world = await in_doubt(new_world, request := request_for(), uncertain="resend")
    assert await world.desk().find() == [], "nobody is asked"
    world.now += timedelta(seconds=9)
    await comes_again(world)
    assert world.calls == 1
    world.now += timedelta(seconds=1)
    await comes_again(world)
    assert (world.calls, world.state(request), world.doubted) == (2, "sent", {})
    assert world.records[request.id].delivery.again_by == "resend"


async def test_with_resend_a_person_is_asked_when_all_stays_silent(new_world, request_for):
    world = await in_doubt(new_world, request := request_for(), uncertain="resend")
    world.verdicts = [Unanswered("timed out")] * 9
    for _ in range(9):
        world.now += timedelta(seconds=100)
        await comes_again(world)
    assert (world.calls, world.state(request)) == (4, "uncertain")
    assert len(await world.desk().find()) == 1
    assert len([one for one in world.said() if one[0] == "message.uncertain.v1"]) == 1


@pytest.mark.parametrize("receipt", [True, False], ids=["a receipt", "no receipt"])
async def test_with_resend_what_follows_waits_and_goes_in_order(receipt, new_world, request_for):
    world = await in_doubt(new_world, request := request_for(), uncertain="resend")
    later = [request_for(name=f"later {n}") for n in range(3)]
    for one in later[:2]:
        await world.process().on_requested(one)
    assert world.calls == 1
    if receipt:
        await world.receipts().on_received(receipt_of(request))
        assert world.published[-1].id == request.id, "its turn lets the others go on"
        await world.process().on_requested(request)
    else:
        world.now += timedelta(seconds=10)
        await comes_again(world)
    await world.process().on_requested(later[2])
    copies = 1 if receipt else 2
    assert world.taken == [request.id] * copies + [one.id for one in later]
    assert world.doubted == {}


async def test_where_a_person_is_asked_what_follows_goes_on(new_world, request_for):
    world = await in_doubt(new_world, request_for())
    await world.process().on_requested(later := request_for(name="later"))
    assert world.state(later) == "sent"


async def test_a_reminder_in_doubt_holds_up_no_answer(new_world, request_for):
    world = await in_doubt(new_world, request_for(purpose="reminder"), uncertain="resend")
    await world.process().on_requested(answer := request_for(name="an answer"))
    assert world.state(answer) == "sent"


async def test_the_store_keeps_a_doubt_as_it_was_and_finds_it(tmp_path, new_world, request_for):
    world = await in_doubt(new_world, request := request_for(), uncertain="resend")
    (doubt,) = world.doubted.values()
    store = open_store(f"sqlite://{tmp_path}", "notifier")
    await store.open()
    doubts = DoubtStore(store)
    await doubts.save(doubt.model_copy(update={"version": 0}))
    assert await doubts.get("lyo", request.id) == doubt
    assert await doubts.about(request.id) == doubt
    assert await doubts.blocking("lyo", request.partitionkey) == [doubt]
    assert await doubts.oldest(9) == [doubt]
    assert await doubts.due(doubt.due_at, 9) == [doubt]
    assert await doubts.due(doubt.due_at - timedelta(seconds=1), 9) == []
    assert await doubts.get("sdb", request.id) is None
    await doubts.drop(doubt)
    assert await doubts.oldest(9) == []
    await store.close()


async def test_a_rate_limit_is_waited_out_however_often_and_is_no_try(new_world, request_for):
    world, request = new_world(verdicts=[RateLimited("slower", retry_after=30)] * 20), request_for()
    sending = world.process(tries=3)
    for _ in range(20):
        with pytest.raises(SlowDown) as limited:
            await sending.on_requested(request)
        assert pause_after(limited.value, tries=99) == pytest.approx(30)
        world.now += timedelta(seconds=30)
    await sending.on_requested(request)
    assert world.state(request) == "sent"


async def test_nobody_asks_before_the_time_the_vendor_named(new_world, request_for):
    limit = RateLimited("slower", retry_after=30, whole_account=True)
    world, sending = new_world(verdicts=[limit]), None
    sending = world.process()
    with pytest.raises(SlowDown):
        await sending.on_requested(request_for())
    world.now += timedelta(seconds=20)
    asked = world.calls
    for process in (sending, world.process()):  # the same, and one that was started meanwhile
        with pytest.raises(SlowDown) as limited:
            await process.on_requested(request_for())
        assert limited.value.retry_after == 10
    with pytest.raises(SlowDown):
        await sending.on_requested(request_for(name="another customer", address="393339999999"))
    assert world.calls == asked
    world.now += timedelta(seconds=10)
    await sending.on_requested(request_for())


async def test_a_limit_of_one_business_is_none_of_another(new_world, request_for):
    limit = RateLimited("slower", retry_after=30, whole_account=True)
    world = new_world(verdicts=[limit, Accepted("wamid.2")])
    sending = world.process()
    with pytest.raises(SlowDown):
        await sending.on_requested(request_for())
    other = request_for(name="of another").model_copy(update={"tenantid": "sdb"})
    await sending.on_requested(other)
    assert world.state(other) == "sent"


async def test_a_limit_without_an_end_is_a_failure_with_words(new_world, request_for):
    world, request = new_world(verdicts=[RateLimited("slower", retry_after=600)] * 9), request_for()
    sending = world.process()
    for _ in range(8):
        try:
            await sending.on_requested(request)
        except TransientError:
            world.now += timedelta(seconds=600)
    assert world.state(request) == "failed"
    assert world.published[-1].data.reason == "slowed down by the vendor for too long: slower"


async def test_tries_and_limits_are_counted_apart(new_world, request_for):
    verdicts = [NotAccepted("busy"), RateLimited("slower"), NotAccepted("busy"), RateLimited("slower")]
    world, request = new_world(verdicts=verdicts), request_for()
    for _ in range(4):
        with pytest.raises(NotAccepted):
            await world.process().on_requested(request)
    await world.process().on_requested(request)
    assert (world.state(request), world.records[request.id].delivery.turned_away) == ("sent", 2)
