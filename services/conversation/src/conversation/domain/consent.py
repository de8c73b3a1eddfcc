"""STOP and START: who does not want to be written to hears nothing, until they say so."""

from datetime import datetime

from contracts.customers import Address, ConsentGiven, ConsentWithdrawn
from conversation.domain.reading import Reading
from conversation.domain.state import Conversation
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent


def withdraws(reading: Reading) -> bool:
    return bool(reading.intents) and reading.intents[0] is Intent.STOP


def gives(reading: Reading) -> bool:
    """START in any spelling; Telegram's own button sends "/start"."""
    return reading.has(Intent.START) or reading.text.strip().lower().split("@")[0] == "/start"


def changes(conversation: Conversation, reading: Reading, at: datetime) -> bool:
    """Whether a message written `at` is STOP, or START after it.

    A word that is older than the last one counts no more: it had to wait with others, the newer had not.
    """
    last = conversation.consent_at
    return (gives if conversation.opted_out else withdraws)(reading) and (last is None or at >= last)


def withdraw(conversation: Conversation, scene: Scene) -> Outcome:
    """One last message says that it was heard; whatever was open is dropped."""
    silent = conversation.but(opted_out=True, consent_at=scene.now, draft=None, deferred=())
    contact = silent.known_contact
    withdrawn = ConsentWithdrawn(channel=contact.channel, personal=_address(conversation))
    return Outcome(silent, (scene.phrases("opted_out"),), requests=(withdrawn,), purpose="consent")


def give(conversation: Conversation, scene: Scene) -> Outcome:
    """The customer wants to be written to again."""
    contact = conversation.known_contact
    given = ConsentGiven(channel=contact.channel, personal=_address(conversation))
    again = conversation.but(opted_out=False, consent_at=scene.now, greeted=True)
    return Outcome(again, (scene.phrases("welcome_back"),), requests=(given,), purpose="consent")


def _address(conversation: Conversation) -> Address:
    return Address(address=conversation.known_contact.address, name=conversation.customer_name)
