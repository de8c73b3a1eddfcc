"""What is said of a message tells what was looked at when it was about to go out."""

from datetime import timedelta

import pytest

from chassis.errors import TransientError
from chassis.observability.context import taken_at
from contracts.decisions import SendChecks
from notifier.ports import NotAccepted, RateLimited, Refused, Unanswered

AWAY = NotAccepted("away")
ADDRESS = "393331234567"


async def handled(world, request) -> None:
    """The broker, until it is acked."""
    while True:
        try:
            await world.process().on_requested(request)
        except TransientError as turned_away:
            world.now += timedelta(seconds=turned_away.retry_after or 0)
        else:
            return


@pytest.mark.parametrize(
    ("verdicts", "kind", "checks"),
    [
        ([], "sent", SendChecks(opted_out=False, tries=1)),
        ([AWAY, AWAY], "sent", SendChecks(opted_out=False, tries=3)),
        ([AWAY, AWAY, AWAY], "failed", SendChecks(opted_out=False, tries=3)),
        ([AWAY, Refused("no such number")], "failed", SendChecks(opted_out=False, tries=2)),
        (
            [RateLimited("slow", retry_after=3)],
            "sent",
            SendChecks(opted_out=False, tries=2, slowed_down=True),
        ),
        ([Unanswered("timed out")], "uncertain", SendChecks(opted_out=False, tries=1)),
    ],
)
async def test_each_outcome_counts_its_tries(new_world, request_for, verdicts, kind, checks):
    world = new_world(verdicts=list(verdicts))
    await handled(world, request_for())
    assert [(one.type, one.data.checks) for one in world.published] == [(f"message.{kind}.v1", checks)]


async def test_who_opted_out_is_spared_without_a_try_and_after_one(new_world, request_for):
    for verdicts, tries in (([], 0), ([AWAY], 1)):
        world, request = new_world(verdicts=verdicts), request_for()
        if verdicts:
            with pytest.raises(NotAccepted):
                await world.process().on_requested(request)
        world.opted_out_addresses.add(ADDRESS)
        await handled(world, request)
        (said,) = world.published
        assert (said.type, said.data.checks) == (
            "message.suppressed.v1", SendChecks(opted_out=True, tries=tries),
        )  # fmt: skip


async def test_the_answer_to_stop_goes_out_although_they_opted_out(new_world, request_for):
    world = new_world(opted_out_addresses={ADDRESS})
    await handled(world, request_for(purpose="consent"))
    (said,) = world.published
    assert (said.type, said.data.checks) == ("message.sent.v1", SendChecks(opted_out=True, tries=1))


async def test_who_takes_over_from_a_dead_process_knows_what_that_had_looked_up(new_world, request_for):
    request = request_for(purpose="consent")
    world = new_world(opted_out_addresses={ADDRESS}, strike_at=6)
    with pytest.raises(world.Died):
        await world.process().on_requested(request)
    assert world.points[-1] == "before call"
    await handled(world, request)
    (said,) = world.published
    assert (said.type, said.data.checks) == ("message.uncertain.v1", SendChecks(opted_out=True, tries=1))


async def test_a_redelivery_says_the_same_checks_again(new_world, request_for):
    world, request = new_world(verdicts=[AWAY]), request_for()
    await handled(world, request)
    world.opted_out_addresses.add(ADDRESS)
    await handled(world, request)
    once, again = world.published
    assert once == again


async def test_a_request_that_comes_again_by_itself_was_taken_up_then(new_world, request_for):
    class Watched(new_world):
        async def publish(self, *events):
            self.taken_up = taken_at()
            await super().publish(*events)

    world = Watched(verdicts=[Unanswered("timed out")], uncertain="resend")
    await handled(world, request := request_for())
    world.now += timedelta(minutes=1)
    await world.resending().call()
    assert world.taken_up is not None
    assert world.published[-1].id == request.id
    await handled(world, request)
    assert world.published[-1].data.checks == SendChecks(opted_out=False, tries=2)
