"""While a business's replies are paused: people see what is written, STOP acts, and all is answered later."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.handling import HandleOnce
from chassis.storage import open_store
from contracts import events
from contracts.catalogue import consumed_by
from contracts.envelope import inbound_id
from contracts.events import first
from contracts.examples import examples_of
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.tenants import TenantConfigured
from conversation.adapters.conversation_documents import ConversationDocuments
from conversation.adapters.transcript_documents import TranscriptDocuments
from conversation.domain.capabilities import capabilities_of
from conversation.domain.dialogue import ANSWERS, changes_consent, noticed
from conversation.domain.state import Conversation
from conversation.handlers import FrontDesk, TranscribedPublisher, WaitingCustomers

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def written(text, minute=0, *, conversation="c1"):
    data = MessageReceived(
        channel=Channel.WHATSAPP, account="100", kind="text", vendor_message_id=f"{conversation} {minute}",
        personal=Inbound(address="+39333", name="Anna", text=text),
    )  # fmt: skip
    return first(
        data, event_id=inbound_id("salon", "whatsapp", data.vendor_message_id), source="test",
        tenant="salon", partition=conversation, time=NOON + timedelta(minutes=minute),
    )  # fmt: skip


class House:
    """The front desk over a real store, its broker a list; what waits is kept by the test."""

    def __init__(self, store, config, clock):
        self.said = []
        self.config = config
        self.conversations = ConversationDocuments(store)
        self.transcript = TranscriptDocuments(store, clock)
        once = HandleOnce(
            self.conversations.collection, Conversation, TranscribedPublisher(self, self.transcript),
            "conversation", clock,
        )  # fmt: skip
        self.desk = FrontDesk(once, self, self.transcript)
        self.waiting = WaitingCustomers(self, self.conversations, self.transcript)

    async def publish(self, *published):
        self.said += published

    async def current(self, tenant):
        return TenantConfigured(version=3, config=self.config)

    async def paused(self, *arriving):
        """What the chassis does while replies are paused; returns what has to wait."""
        held = []
        for event in arriving:
            if await self.waiting.urgent(event):
                await self.desk.on_message_received(event)
            else:
                held.append(event)
                await self.waiting.on_held(event)
        return held

    async def resumed(self, held):
        for event in held:
            await self.desk.on_message_received(event)

    def types(self):
        types = [event.type.split(".v")[0] for event in self.said]
        return [one for one in types if one != "turn.decided"]


@pytest.fixture
async def house(tmp_path, salon, clock):
    store = open_store(f"sqlite:///{tmp_path}", "conversation")
    await store.open()
    yield House(store, salon, clock)
    await store.close()


async def test_people_see_at_once_what_waits_and_who_is_new(house):
    await house.desk.on_message_received(written("Ciao", 0))
    house.said.clear()
    await house.paused(written("vorrei una piega", 5), written("Ciao", 7, conversation="c2"))
    assert house.said == []
    newest = await house.conversations.newest("salon", 10, None)
    assert [(one.id, one.customer_name) for one in newest] == [("c2", "Anna"), ("c1", "Anna")]
    lines = await house.transcript.of("salon", "c1", 10)
    assert [line.direction for line in lines] == ["in", "out", "in"]


async def test_what_has_waited_is_answered_as_if_nobody_had_paused(house, tmp_path, salon, clock):
    talk = [written("Ciao", 0), written("vorrei una piega", 1), written("domani alle 10", 2)]
    held = await house.paused(*talk, *talk)
    assert held == [*talk, *talk]
    await house.resumed(talk)
    store = open_store(f"sqlite:///{tmp_path}", "other")
    await store.open()
    unpaused = House(store, salon, clock)
    await unpaused.resumed(talk)
    assert [one.data for one in house.said] == [one.data for one in unpaused.said]
    assert await house.conversations.get("salon", "c1") == await unpaused.conversations.get("salon", "c1")
    await store.close()


async def test_stop_acts_at_once_and_what_was_written_before_it_is_not_answered_any_more(house):
    held = await house.paused(written("Ciao", 0), written("STOP", 1), written("ci siete?", 2))
    assert house.types() == ["message-send.requested", "consent.withdrawn"]
    assert house.said[0].data.purpose == "consent"
    await house.resumed(held)
    assert len(house.types()) == 2
    assert [event.data.reason for event in house.said[3:]] == ["opted_out", "opted_out"]


async def test_the_last_word_counts_in_whatever_order_it_is_heard(house):
    """An early START of somebody who had never written STOP, heard late, takes no STOP back."""
    words = ("start", "STOP", "stop!", "START")
    held = await house.paused(*(written(word, minute) for minute, word in enumerate(words)))
    assert [event.data.personal.text for event in held] == ["start", "stop!"]
    assert house.types()[1::2] == ["consent.withdrawn", "consent.given"]
    await house.resumed(held)
    assert not (await house.conversations.get("salon", "c1")).opted_out
    await house.paused(written("STOP", 4))
    await house.resumed(held)
    assert (await house.conversations.get("salon", "c1")).opted_out


@pytest.mark.parametrize("text", ["STOP", "stop.", "/stop", "non scrivetemi più", "unsubscribe"])
def test_stop_is_urgent_in_any_words(text, salon):
    assert changes_consent(None, written(text), salon)


@pytest.mark.parametrize("text", ["/start", "START", "Ciao", "cancella l'appuntamento", ""])
def test_nothing_else_is(text, salon):
    """Telegram opens every chat with "/start": that is a greeting, and waits."""
    assert not changes_consent(None, written(text), salon)


@pytest.mark.parametrize("text", ["START", "/start"])
def test_start_is_for_who_wrote_stop(text, salon):
    silent = noticed(None, written("STOP")).but(opted_out=True, consent_at=NOON)
    assert changes_consent(silent, written(text, 1), salon)
    assert not changes_consent(silent, written(text, -1), salon)


def test_every_event_of_the_dialogue_can_be_paused_and_nothing_else():
    found = {
        row.model: capabilities_of(events.read(examples_of(row.type).valid[0]))
        for row in consumed_by("conversation")
    }
    dialogue = {MessageReceived, *ANSWERS}
    assert {model for model, belongs in found.items() if belongs} == dialogue
    assert [model.__name__ for model in dialogue if found[model] == ("reminders",)] == ["ReminderDue"]
