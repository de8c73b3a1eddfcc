"""One request, one vendor call: wherever the process dies, the store is away or the vendor says no."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.errors import TransientError
from chassis.storage import StoreUnavailable
from contracts.messages import Channel
from notifier.handlers.sending import Sending
from notifier.ports import Accepted, NotAccepted, Refused, Unanswered


def store_away(point: str) -> BaseException | None:
    return StoreUnavailable("away") if "write" in point else None


async def until_handled(world: Any, request, sending: Sending | None = None, **choices) -> None:
    """The broker: delivers again until it is acked; a process that died is started again."""
    process = sending or world.process(**choices)
    for _ in range(20):
        try:
            await process.on_requested(request)
        except world.Died:
            process = world.process(**choices)
        except TransientError as turned_away:
            world.now += timedelta(seconds=turned_away.retry_after or 0)
        else:
            return
    raise AssertionError("never handled")


async def every_point(new_world, request) -> list[str]:
    world = new_world()
    await until_handled(world, request)
    assert world.calls == 1
    points: list[str] = world.points
    return points


async def test_a_message_is_sent_and_said_to_be(new_world, request_for):
    world, request = new_world(), request_for()
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (1, "sent")
    (sent,) = world.published
    assert (sent.type, sent.data.vendor_message_id) == ("message.sent.v1", "wamid.1")
    assert (sent.causationid, sent.correlationid) == (request.id, request.correlationid)


async def test_the_same_request_again_says_the_same_and_sends_nothing(new_world, request_for):
    world, request = new_world(), request_for()
    for _ in range(3):
        await until_handled(world, request)
    assert world.calls == 1
    assert len(world.published) == 3
    assert len(world.said()) == 1


async def test_dying_anywhere_never_sends_twice_and_never_loses_a_message_silently(new_world, request_for):
    request = request_for()
    points = await every_point(new_world, request)
    left = points.index("before call")
    for n in range(len(points)):
        world = new_world(strike_at=n)
        await until_handled(world, request)
        doubtful = left <= n < left + 3  # from leaving on until the outcome is written
        state = "uncertain" if doubtful else "sent"
        assert world.state(request) == state, (n, world.points)
        assert world.calls == (0 if n == left else 1), (n, world.points)
        assert {kind for kind, _ in world.said()} == {f"message.{state}.v1"}


async def test_on_another_machine_nothing_is_known_of_what_had_not_left(new_world, request_for):
    request = request_for()
    points = await every_point(new_world, request)
    world = new_world(strike_at=points.index("before leaving"))
    with pytest.raises(world.Died):
        await world.process().on_requested(request)
    world.place = "another machine"
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (0, "uncertain")


async def test_a_sender_that_only_seemed_dead_cannot_send_after_it_was_given_up(new_world, request_for):
    world, request = new_world(), request_for()

    class Stalled(new_world):
        async def send(self, request, tenant, departure):
            await departure.announce()
            await until_handled(world, request)
            departure.leave()
            raise AssertionError("it left a second time")

    stalled = world.process(senders=dict.fromkeys(Channel, Stalled()))
    with pytest.raises(NotAccepted, match="taken"):
        await stalled.on_requested(request)
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (1, "sent")


async def test_a_store_that_is_away_for_a_moment_leaves_no_doubt(new_world, request_for):
    request = request_for()
    for n in range(len(await every_point(new_world, request))):
        world = new_world(strike_at=n, trouble=store_away)
        await until_handled(world, request, world.process())
        assert (world.calls, world.state(request)) == (1, "sent"), (n, world.points)


async def test_a_repeatable_channel_is_never_in_doubt(new_world, request_for):
    request = request_for(Channel.WEBCHAT)
    for n in range(len(await every_point(new_world, request))):
        world = new_world(strike_at=n, repeatable=True)
        await until_handled(world, request)
        assert world.calls >= 1
        assert world.state(request) == "sent"


async def test_no_answer_means_uncertain_and_no_second_call(new_world, request_for):
    world, request = new_world(verdicts=[Unanswered("timed out")]), request_for()
    await until_handled(world, request)
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (1, "uncertain")
    assert {kind for kind, _ in world.said()} == {"message.uncertain.v1"}


async def test_turned_away_for_now_is_tried_again(new_world, request_for):
    world, request = new_world(verdicts=[NotAccepted("slow down", retry_after=7)]), request_for()
    with pytest.raises(NotAccepted) as turned_away:
        await world.process().on_requested(request)
    assert turned_away.value.retry_after == 7
    assert world.state(request) == "created"
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (2, "sent")


async def test_when_the_tries_run_out_it_has_failed_and_says_so(new_world, request_for):
    world, request = new_world(verdicts=[NotAccepted("busy")] * 9), request_for()
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (3, "failed")
    assert world.published[-1].data.reason == "given up after 3 tries: busy"


async def test_a_final_refusal_fails_at_once_with_the_vendors_words(new_world, request_for):
    world, request = new_world(verdicts=[Refused("Message undeliverable", "131026")]), request_for()
    await until_handled(world, request)
    (failed,) = world.published
    assert (failed.data.code, failed.data.reason) == ("131026", "Message undeliverable")
    assert (world.calls, world.state(request)) == (1, "failed")


async def test_who_opted_out_is_not_written_to_except_about_that(new_world, request_for):
    world = new_world(opted_out_addresses={"393331234567"})
    held, answer = request_for(name="reply"), request_for(name="bye", purpose="consent")
    await until_handled(world, held)
    await until_handled(world, answer)
    assert (world.state(held), world.state(answer), world.calls) == ("suppressed", "sent", 1)
    assert world.published[0].type == "message.suppressed.v1"


async def test_of_two_copies_in_hand_at_once_only_one_is_sent(new_world, request_for):
    world, request = new_world(), request_for()
    second_copy = world.process()

    class Meanwhile:
        async def get(self, tenant) -> Any:
            if world.calls == 0:
                await second_copy.on_requested(request)

    with pytest.raises(TransientError, match="another copy"):
        await world.process(tenants=Meanwhile()).on_requested(request)
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (1, "sent")


async def test_who_has_the_answer_corrects_another_copys_doubt(new_world, request_for):
    world, request = new_world(), request_for()

    class Doubted(new_world):
        async def send(self, request, tenant, departure):
            await departure.announce()
            departure.leave()
            await world.process().on_requested(request)
            return Accepted("wamid.1")

    await world.process(senders=dict.fromkeys(Channel, Doubted())).on_requested(request)
    assert world.state(request) == "sent"
    assert {kind for kind, _ in world.said()} == {"message.uncertain.v1", "message.sent.v1"}
    assert len({event_id for _, event_id in world.said()}) == 2
