"""What is meant by a wish, and how the copies are made."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.envelope import Event
from ops.redrive.copies import anew, copy_of
from ops.redrive.handing_out import HandingOut, Pace
from ops.redrive.reading import meant, planned
from ops.redrive.said import announced
from ops.redrive.wish import NotUnderstood, Wish, types_of, wish_of

CANCEL = "booking-cancel.requested.v1"


@pytest.fixture
def wish(cancels):
    """All cancellations of the hour from noon on."""
    noon = cancels().time
    return Wish("scheduler", (CANCEL,), noon, noon + timedelta(hours=1))


def but(wish: Wish, **changes: Any) -> Wish:
    return Wish(**{**vars(wish), **changes})


async def ids(record, wish, *more) -> list[Any]:
    return [found.event.id async for found in meant(record, wish, *more) if found.event]


def test_types_may_be_globs_of_what_the_service_takes():
    assert types_of("scheduler", ["booking*.requested.v1"]) == (
        "booking.requested.v1", "booking-move.requested.v1", "booking-cancel.requested.v1",
    )  # fmt: skip
    assert types_of("ai-router", ["completion.requested.v1", "*"]) == (
        "tenant.configured.v1", "completion.requested.v1", "completion.judged.v1", "ai.configured.v1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("service", "pattern", "told"),
    [
        ("gateway", "*", "ai-router, conversation, notifier, scheduler"),
        ("scheduler", "message.sent.v1", "booking.requested.v1"),
        ("notifier", "capability.resumed.v1", "asked anew"),
        ("notifier", "partitions-change.requested.v1", "asked anew"),
    ],
)
def test_what_cannot_be_asked_is_told(service, pattern, told):
    with pytest.raises(NotUnderstood, match=told):
        types_of(service, [pattern])


def test_a_wish_is_checked_before_anything_is_read():
    with pytest.raises(NotUnderstood, match="nothing lies between"):
        wish_of("scheduler", ["*"], ("1h", "2h"))
    with pytest.raises(NotUnderstood, match="no moment"):
        wish_of("scheduler", ["*"], ("lately", "now"))
    with pytest.raises(NotUnderstood, match="why"):
        wish_of("scheduler", ["*"], ("2h", "1h"), again=" ")
    assert wish_of("scheduler", ["*"], ("2h", "1h")).again is None


async def test_the_span_holds_its_beginning_and_not_its_end(record, wish, cancels):
    lines = [cancels(minute) for minute in (-1, 0, 59, 60)]
    for one in lines:
        record.add(one)
    assert await ids(record, wish) == [lines[1].id, lines[2].id]


async def test_reading_ends_behind_the_span(record, wish, cancels):
    for minute in (1, 65, 2, 71, 3):
        record.add(cancels(minute))
    assert len(await ids(record, wish)) == 2


async def test_an_event_that_is_there_twice_is_handed_out_once(record, wish, cancels):
    event = cancels(1)
    record.add(event)
    record.add(event)
    assert await ids(record, wish) == [event.id]


async def test_one_business_or_one_conversation(record, wish, cancels):
    of_lily, of_anna = cancels(1, tenant="lily"), cancels(2, conversation="anna")
    record.add(of_lily)
    record.add(of_anna)
    assert await ids(record, but(wish, tenant="lily")) == [of_lily.id]
    assert await ids(record, but(wish, conversation="anna")) == [of_anna.id]


async def test_a_plan_counts_and_says_what_cannot_be_read(record, wish, cancels):
    record.add(cancels(-5))
    for minute, tenant in ((1, "lyo"), (2, "lily"), (3, "lyo")):
        record.add(cancels(minute, tenant=tenant))
    record.add(cancels(4), b'{"type": "booking-cancel.requested.v1"}')

    plan = await planned(record, wish)

    assert dict(plan.counts) == {(CANCEL, "lyo"): 2, (CANCEL, "lily"): 1}
    assert (plan.start, plan.end, plan.unreadable) == (1, 4, 1)
    assert (plan.first, plan.last) == (cancels(1).time, cancels(3).time)
    (said,) = announced(plan, wish, cancels().time)
    assert (said.data.count, said.data.again, said.tenantid) == (3, None, "bellhop")


async def test_what_is_recorded_after_looking_is_not_meant(record, wish, cancels):
    record.add(cancels(1))
    plan = await planned(record, wish)
    record.add(cancels(2))
    assert len([one async for one in meant(record, wish, plan.start, plan.end)]) == 1


def test_a_copy_says_how_old_it_is_at_least(cancels):
    event = cancels(5)
    copy = copy_of(event)
    assert copy.redrivenfrom == event.time - timedelta(hours=1)
    assert copy.model_copy(update={"redrivenfrom": None}) == event
    # Something that an earlier redrive said again, months after it happened.
    older = event.model_copy(update={"redrivenfrom": event.time - timedelta(days=90)})
    assert copy_of(older).redrivenfrom == event.time - timedelta(days=90, hours=1)


def test_anew_is_another_event_and_for_one_reason_the_same(cancels):
    event = cancels(5)
    first, second = anew(event, "refunds were wrong"), anew(event, "refunds were wrong")
    assert first == second
    assert first.id not in (event.id, anew(event, "another").id)
    assert (first.causationid, first.redrivenfrom, first.data) == (event.id, None, event.data)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_it_goes_at_the_speed_that_was_set(record, wish, cancels):
    for _ in range(101):
        record.add(cancels(1))
    clock, at = Clock(), []

    async def hand(event: Event[Any]) -> None:
        at.append(clock.now)
        clock.now += 0.003  # within its gap

    handing = HandingOut(copy_of, Pace(50, clock, clock.sleep), 0)
    await handing.run(hand, meant(record, wish), lambda: None)

    assert at == pytest.approx([n / 50 for n in range(101)])


async def test_what_was_late_is_not_made_up_for():
    clock = Clock()
    pace = Pace(50, clock, clock.sleep)
    await pace.step()
    clock.now += 10
    at = []
    for _ in range(3):
        await pace.step()
        at.append(clock.now)
    assert at == pytest.approx([10, 10.02, 10.04])


async def test_after_a_break_it_goes_on_where_it_was(record, wish, cancels):
    for _ in range(5):
        record.add(cancels(1))
    got = []

    async def takes_three(event: Event[Any]) -> None:
        if len(got) == 3:
            raise ConnectionError("away")
        got.append(event.id)

    async def takes(event: Event[Any]) -> None:
        got.append(event.id)

    broken = HandingOut(copy_of, Pace(1e6), 0)
    with pytest.raises(ConnectionError):
        await broken.run(takes_three, meant(record, wish), lambda: None)
    assert (broken.handed, broken.next_offset) == (3, 3)
    plan = await planned(record, wish, broken.next_offset)
    assert plan.total == 2
    await HandingOut(copy_of, Pace(1e6), 0).run(takes, meant(record, wish, plan.start), lambda: None)
    assert got == [line.event().id for line in record.lines]
