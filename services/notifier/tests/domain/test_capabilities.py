"""What can be paused of all that the notifier does."""

import pytest

from contracts import events
from contracts.catalogue import consumed_by
from contracts.examples import examples_of
from contracts.messages import MessageSendRequested
from notifier.domain.capabilities import capabilities_of, urgent


@pytest.mark.parametrize(
    ("purpose", "capabilities"),
    [
        ("reply", ("sending",)),
        ("reminder", ("reminders", "sending")),
        ("campaign", ("campaigns", "sending")),
        ("consent", ()),
    ],
)
async def test_everything_that_goes_out_but_the_answer_to_stop(request_for, purpose, capabilities):
    request = request_for(purpose=purpose)
    assert capabilities_of(request) == capabilities
    assert await urgent(request) == (purpose == "consent")


async def test_all_else_waits_behind_nothing():
    for row in consumed_by("notifier"):
        event = events.read(examples_of(row.type).valid[0])
        if row.model is not MessageSendRequested:
            assert (capabilities_of(event), await urgent(event)) == ((), True)
