"""That every question has one answer, and that it is recognised, is tried on the conversation itself."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.bookings import BookingRequested
from contracts.completions import CompletionRequested
from contracts.events import first
from contracts.messages import Channel, Inbound, MessageReceived, MessageSendRequested
from contracts.model import Data
from contracts.tenants import TenantConfig
from conversation.domain.dialogue import decide
from conversation.domain.state import Conversation
from ops.chaos.questions import Asking, marker_in
from ops.sandbox.businesses import load_businesses

NOW = datetime(2026, 12, 30, 22, 30, tzinfo=UTC)
BUSINESSES = load_businesses(Path(__file__).parents[3] / "deploy" / "tenants")


@pytest.fixture(params=BUSINESSES)
def asking(request: pytest.FixtureRequest) -> Asking:
    business = BUSINESSES[request.param]
    return Asking(business, NOW.astimezone(business.zone).date())


def answers(
    talk: Conversation | None, business: TenantConfig, text: str
) -> tuple[Conversation, tuple[Data, ...]]:
    inbound = Inbound(address="39333", text=text, name="Marta")
    data = MessageReceived(
        channel=Channel.WHATSAPP, account="1", kind="text", vendor_message_id="1", personal=inbound
    )
    event = first(
        data, event_id=uuid4(), source="gateway", tenant=business.id, partition=str(uuid4()), time=NOW
    )
    step = decide(talk, event, business, NOW)
    return step.conversation, step.out


def test_every_day_asked_in_one_talk_is_named_first_in_its_one_answer(asking: Asking):
    talk, markers = None, set()
    for day in asking.days:
        question = asking.hours(day)
        talk, out = answers(talk, asking.business, question.text)
        (said,) = out
        assert isinstance(said, MessageSendRequested)
        assert marker_in(said.personal.text) == question.marker
        markers.add(question.marker)
    assert len(markers) == len(asking.days)


def test_every_slot_is_booked_at_its_time(asking: Asking):
    slots = list(asking.slots())
    assert len(slots) > 500
    for slot in slots[::20]:
        _, (wish,) = answers(None, asking.business, asking.booking(slot).text)
        assert isinstance(wish, BookingRequested)
        assert wish.service_id == slot.service.id
        assert wish.start == slot.start.replace(tzinfo=asking.business.zone)


def test_slots_do_not_overlap(asking: Asking):
    slots = list(asking.slots())
    for one, other in pairwise(slots):
        assert one.start + timedelta(minutes=one.service.duration) <= other.start


def test_only_an_ai_can_answer_the_open_question(asking: Asking):
    for number in range(50):
        question = asking.for_an_ai(number)
        _, out = answers(None, asking.business, question.text)
        assert [type(one) for one in out] == [CompletionRequested]
        assert marker_in(f"{question.marker}: Ulaanbaatar.") == question.marker


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("Domenica 29 novembre siamo chiusi. Riapriamo martedì 1 dicembre alle 09:00.", "29 novembre"),
        ("Mardi 19 janvier, nous sommes ouverts 09:00–12:30", "19 janvier"),
        ("I'm not sure I understood", None),
        ("The 3rd of nothing", None),
    ],
)
def test_the_first_marker_counts(text: str, marker: str | None):
    assert marker_in(text) == marker
