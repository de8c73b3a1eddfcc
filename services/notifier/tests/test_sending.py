"""One request, one vendor call: wherever the process dies, the store is away or the vendor says no."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import TransientError
from chassis.storage import Conflict, StoreUnavailable
from contracts.messages import Channel
from notifier.handlers.sending import Sending
from notifier.ports import Accepted, NotAccepted, Record, Refused, Unanswered

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Died(BaseException):
    """The process is gone."""


@dataclass
class World:
    """What outlives a process: the store, the vendor, the broker. `trouble` strikes at the n-th point."""

    strike_at: int = -1
    trouble: Callable[[str], BaseException | None] = lambda _: Died()
    points: list[str] = field(default_factory=list)
    records: dict[UUID, Record] = field(default_factory=dict)
    calls: int = 0
    verdicts: list[Any] = field(default_factory=list)
    published: list[Any] = field(default_factory=list)
    opted_out_addresses: set[str] = field(default_factory=set)
    repeatable: bool = False
    place: str = "this machine"
    departed: set[tuple[UUID, int]] = field(default_factory=set)

    def depart(self, message_id, tries):
        new = (message_id, tries) not in self.departed
        self.departed.add((message_id, tries))
        return new

    def forget(self, message_id, tries):
        self.departed.discard((message_id, tries))

    def point(self, name: str) -> None:
        self.points.append(name)
        if len(self.points) - 1 == self.strike_at and (error := self.trouble(name)):
            raise error

    async def get(self, tenant, message_id):
        return self.records.get(message_id)

    async def save(self, record):
        self.point("before write")
        stored = self.records.get(record.delivery.id)
        if record.version != (stored.version if stored else 0):
            raise Conflict("deliveries", record.tenant, str(record.delivery.id), record.version)
        self.records[record.delivery.id] = saved = replace(record, version=record.version + 1)
        self.point("after write")
        return saved

    async def opted_out(self, tenant, channel, address):
        return address in self.opted_out_addresses

    async def send(self, request, tenant, departure):
        self.point("before mark")
        await departure.announce()
        self.point("before leaving")
        departure.leave()
        self.point("before call")
        verdict = self.verdicts.pop(0) if self.verdicts else Accepted("wamid.1")
        self.calls += 1
        self.point("after call")
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    async def publish(self, *events):
        self.point("before publish")
        self.published += events

    def process(self, **choices) -> Sending:
        """A fresh process: nothing in memory."""
        world: Any = self
        chosen: dict[str, Any] = {"tries": 3, "uncertain_sends": "hold"} | choices
        senders = dict.fromkeys(Channel, world)
        return Sending(world, world, _Tenants(), senders, world, world, lambda: NOON, **chosen)

    def state(self, request) -> str:
        return self.records[request.id].delivery.state

    def said(self) -> set[tuple[str, Any]]:
        return {(event.type, event.id) for event in self.published}


def store_away(point: str) -> BaseException | None:
    return StoreUnavailable("away") if "write" in point else None


class _Tenants:
    async def get(self, tenant) -> Any:
        return None


async def until_handled(world: World, request, sending: Sending | None = None, **choices) -> None:
    """The broker: delivers again until it is acked; a process that died is started again."""
    process = sending or world.process(**choices)
    for _ in range(20):
        try:
            await process.on_requested(request)
        except Died:
            process = world.process(**choices)
        except TransientError:
            continue
        else:
            return
    raise AssertionError("never handled")


async def every_point(request) -> list[str]:
    world = World()
    await until_handled(world, request)
    assert world.calls == 1
    return world.points


async def test_a_message_is_sent_and_said_to_be(request_for):
    world, request = World(), request_for()
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (1, "sent")
    (sent,) = world.published
    assert (sent.type, sent.data.vendor_message_id) == ("message.sent.v1", "wamid.1")
    assert (sent.causationid, sent.correlationid) == (request.id, request.correlationid)


async def test_the_same_request_again_says_the_same_and_sends_nothing(request_for):
    world, request = World(), request_for()
    for _ in range(3):
        await until_handled(world, request)
    assert world.calls == 1
    assert len(world.published) == 3
    assert len(world.said()) == 1


async def test_dying_anywhere_never_sends_twice_and_never_loses_a_message_silently(request_for):
    request = request_for()
    points = await every_point(request)
    left = points.index("before call")
    for n in range(len(points)):
        world = World(strike_at=n)
        await until_handled(world, request)
        doubtful = left <= n < left + 3  # from leaving on until the outcome is written
        state = "uncertain" if doubtful else "sent"
        assert world.state(request) == state, (n, world.points)
        assert world.calls == (0 if n == left else 1), (n, world.points)
        assert {kind for kind, _ in world.said()} == {f"message.{state}.v1"}


async def test_on_another_machine_nothing_is_known_of_what_had_not_left(request_for):
    request = request_for()
    points = await every_point(request)
    world = World(strike_at=points.index("before leaving"))
    with pytest.raises(Died):
        await world.process().on_requested(request)
    world.place = "another machine"
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (0, "uncertain")


async def test_a_sender_that_only_seemed_dead_cannot_send_after_it_was_given_up(request_for):
    world, request = World(), request_for()

    class Stalled(World):
        async def send(self, request, tenant, departure):
            await departure.announce()
            await until_handled(world, request)
            departure.leave()
            raise AssertionError("it left a second time")

    sending = world.process()
    with pytest.raises(NotAccepted, match="taken"):
        await replace(sending, senders=dict.fromkeys(Channel, Stalled())).on_requested(request)
    await until_handled(world, request, sending)
    assert (world.calls, world.state(request)) == (1, "sent")


async def test_a_store_that_is_away_for_a_moment_leaves_no_doubt(request_for):
    request = request_for()
    for n in range(len(await every_point(request))):
        world = World(strike_at=n, trouble=store_away)
        await until_handled(world, request, world.process())
        assert (world.calls, world.state(request)) == (1, "sent"), (n, world.points)


async def test_with_resend_a_message_in_doubt_goes_out_again(request_for):
    request = request_for()
    for n in range(len(await every_point(request))):
        world = World(strike_at=n)
        await until_handled(world, request, uncertain_sends="resend")
        assert world.calls >= 1
        assert world.state(request) == "sent"


async def test_a_repeatable_channel_is_never_in_doubt(request_for):
    request = request_for(Channel.WEBCHAT)
    for n in range(len(await every_point(request))):
        world = World(strike_at=n, repeatable=True)
        await until_handled(world, request)
        assert world.calls >= 1
        assert world.state(request) == "sent"


async def test_no_answer_means_uncertain_and_no_second_call(request_for):
    world, request = World(verdicts=[Unanswered("timed out")]), request_for()
    await until_handled(world, request)
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (1, "uncertain")
    assert {kind for kind, _ in world.said()} == {"message.uncertain.v1"}


async def test_turned_away_for_now_is_tried_again(request_for):
    world, request = World(verdicts=[NotAccepted("slow down", retry_after=7)]), request_for()
    with pytest.raises(NotAccepted) as turned_away:
        await world.process().on_requested(request)
    assert turned_away.value.retry_after == 7
    assert world.state(request) == "created"
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (2, "sent")


async def test_when_the_tries_run_out_it_has_failed_and_says_so(request_for):
    world, request = World(verdicts=[NotAccepted("busy")] * 9), request_for()
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (3, "failed")
    assert world.published[-1].data.reason == "given up after 3 tries: busy"


async def test_a_final_refusal_fails_at_once_with_the_vendors_words(request_for):
    world, request = World(verdicts=[Refused("Message undeliverable", "131026")]), request_for()
    await until_handled(world, request)
    (failed,) = world.published
    assert (failed.data.code, failed.data.reason) == ("131026", "Message undeliverable")
    assert (world.calls, world.state(request)) == (1, "failed")


async def test_who_opted_out_is_not_written_to_except_about_that(request_for):
    world = World(opted_out_addresses={"393331234567"})
    held, answer = request_for(name="reply"), request_for(name="bye", purpose="consent")
    await until_handled(world, held)
    await until_handled(world, answer)
    assert (world.state(held), world.state(answer), world.calls) == ("suppressed", "sent", 1)
    assert world.published[0].type == "message.suppressed.v1"


async def test_of_two_copies_in_hand_at_once_only_one_is_sent(request_for):
    world, request = World(), request_for()
    first_copy, second_copy = world.process(), world.process()

    class Meanwhile(_Tenants):
        async def get(self, tenant) -> Any:
            if world.calls == 0:
                await second_copy.on_requested(request)

    with pytest.raises(TransientError, match="another copy"):
        await replace(first_copy, tenants=Meanwhile()).on_requested(request)
    await until_handled(world, request)
    assert (world.calls, world.state(request)) == (1, "sent")


async def test_who_has_the_answer_corrects_another_copys_doubt(request_for):
    world, request = World(), request_for()

    class Doubted(World):
        async def send(self, request, tenant, departure):
            await departure.announce()
            departure.leave()
            await world.process().on_requested(request)
            return Accepted("wamid.1")

    sending = world.process()
    await replace(sending, senders=dict.fromkeys(Channel, Doubted())).on_requested(request)
    assert world.state(request) == "sent"
    assert {kind for kind, _ in world.said()} == {"message.uncertain.v1", "message.sent.v1"}
    assert len({event_id for _, event_id in world.said()}) == 2
