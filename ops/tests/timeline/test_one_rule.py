"""The reasons name the pauses that the services keep to. Those do not know each other; here all are known."""

import json
from typing import get_args

import pytest

from contracts import events
from contracts.examples import examples_of
from contracts.messages import Purpose
from conversation.domain.capabilities import capabilities_of as of_conversation
from gateway.domain.why.pauses import PAUSED_BY
from notifier.domain.capabilities import capabilities_of as of_notifier


@pytest.mark.parametrize("purpose", get_args(Purpose))
def test_what_holds_an_outgoing_message_up(purpose: Purpose) -> None:
    raw = json.loads(examples_of("message-send.requested.v1").valid[0])
    raw["data"]["purpose"] = purpose
    assert of_notifier(events.read(json.dumps(raw).encode())) == PAUSED_BY[purpose]


def test_what_holds_a_customers_message_up() -> None:
    received = events.read(examples_of("message.received.v1").valid[0])
    assert of_conversation(received) == ("replies",)
