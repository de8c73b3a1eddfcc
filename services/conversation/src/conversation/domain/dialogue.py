"""The process manager of a dialogue: each event, the conversation so far and the business's
configuration give the next state and the facts to publish. No clock, no I/O, no chance.

While the scheduler owes an answer, what the customer writes is kept (`deferred`) and answered in order
once it has come, as if written then: so no message is lost, and no wish is requested twice. Only STOP
acts at once. A bare yes, no or thanks from that time answers nothing, for the customer had not seen
the question it would meet.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.bookings import (
    AvailabilityFound,
    BookingCancelled,
    BookingConfirmed,
    BookingMoved,
    BookingRefused,
    ReminderDue,
)
from contracts.completions import CompletionFailed, CompletionGenerated
from contracts.envelope import Event
from contracts.messages import Inbound, MessageReceived, MessageSendRequested, Outbound
from contracts.model import Data
from contracts.tenants import TenantConfig
from conversation.domain import consent, open_questions, scheduler_answers
from conversation.domain.decided import Reason, Step, judged, understood_in
from conversation.domain.hearing import language_of, read
from conversation.domain.listening import respond
from conversation.domain.phrases import Phrases
from conversation.domain.questions import repeat
from conversation.domain.reading import Reading
from conversation.domain.state import Contact, Conversation, Heard
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent

PATIENCE = timedelta(seconds=60)  # then the customer is told that we still wait for the scheduler
GIVEN_UP = timedelta(days=1)  # the request lies among the dead letters; the customer is not held up for ever

_COURTESIES = frozenset((Intent.AFFIRM, Intent.DENY, Intent.THANKS, Intent.BYE, Intent.UNKNOWN))


def decide(conversation: Conversation | None, event: Event[Any], config: TenantConfig, now: datetime) -> Step:
    """One event. `now` is the moment it happened."""
    current = (conversation or Conversation(id=event.partitionkey)).but(updated_at=now)
    if isinstance(event.data, MessageReceived):
        step = _on_message(_met(current, event.data), _heard(event), config)
    else:
        step = _on_answer(current, event, config, now)
    while step.conversation.deferred and not step.conversation.waiting:
        first, *later = step.conversation.deferred
        step = step.then(_hear(step.conversation.but(deferred=tuple(later)), first, config, replayed=True))
    return step


def noticed(conversation: Conversation | None, event: Event[MessageReceived]) -> Conversation:
    """Somebody wrote and shall be seen among the conversations, though nobody answers yet."""
    known = conversation or Conversation(id=event.partitionkey)
    latest = max(known.updated_at or event.time, event.time)
    return _met(known, event.data).but(updated_at=latest)


def changes_consent(
    conversation: Conversation | None, event: Event[MessageReceived], config: TenantConfig
) -> bool:
    """Whether this is STOP, or START after it: never to be kept waiting."""
    return _changes_consent(conversation or Conversation(id=event.partitionkey), _heard(event), config)


def _heard(event: Event[MessageReceived]) -> Heard:
    return Heard(event_id=event.id, time=event.time, message=event.data)


def _met(conversation: Conversation, message: MessageReceived) -> Conversation:
    heard, before = message.personal, conversation.contact
    contact = Contact(
        channel=message.channel, account=message.account, address=heard.address,
        name=heard.name or (before.name if before else None),
    )  # fmt: skip
    return conversation.but(contact=contact)


def _on_message(conversation: Conversation, heard: Heard, config: TenantConfig) -> Step:
    if heard.message.kind == "reaction":
        return Step(conversation, (), reason="reaction")
    waiting = conversation.waiting
    if waiting and heard.time - waiting.since > GIVEN_UP:
        conversation, waiting = conversation.but(waiting=None, draft=None, preface=()), None
    if waiting is None or _changes_consent(conversation, heard, config):
        return _hear(conversation, heard, config, replayed=False)
    conversation = conversation.but(deferred=(*conversation.deferred, heard))
    if conversation.opted_out or heard.time - (waiting.told or waiting.since) < PATIENCE:
        return Step(conversation, ())
    scene = _scene(conversation, config, heard.time, heard.event_id, heard.message.personal)
    told = conversation.but(waiting=waiting.but(told=heard.time))
    return _speak(Outcome(told, (scene.phrases("still_waiting"),)), scene)


def _changes_consent(conversation: Conversation, heard: Heard, config: TenantConfig) -> bool:
    now = heard.time.astimezone(config.zone)
    reading = read(heard.message.personal, conversation, config, now, aware=False)
    return consent.changes(conversation, reading, heard.time)


def _hear(conversation: Conversation, heard: Heard, config: TenantConfig, *, replayed: bool) -> Step:
    message = heard.message
    inbound = message.personal
    now = heard.time.astimezone(config.zone)
    reading = read(inbound, conversation, config, now, aware=not replayed)
    if not conversation.opted_out:
        conversation = conversation.but(language=reading.language).heard_saying(inbound.text)
    scene = _scene(conversation, config, heard.time, heard.event_id, inbound)
    understood = (understood_in(reading),)
    if replayed and _answers_nothing(reading):
        return Step(conversation, (), understood, "courtesy")
    outcome = _outcome(conversation, reading, message, scene)
    step = _speak(_held(outcome) if conversation.waiting is None else outcome, scene)
    return step if step.reason == "opted_out" else step._replace(understood=understood)


def _held(outcome: Outcome) -> Outcome:
    """What is answered beside a request waits for its answer: one message gets one reply."""
    if outcome.conversation.waiting is None:
        return outcome
    return replace(outcome, conversation=outcome.conversation.but(preface=outcome.says), says=())


def _answers_nothing(reading: Reading) -> bool:
    said = bool(reading.intents) and _COURTESIES.issuperset(reading.intents)
    only_unknown = reading.intents == (Intent.UNKNOWN,)
    return said and not only_unknown and not reading.adds_to_a_wish and reading.booking is None


def _outcome(conversation: Conversation, reading: Reading, message: MessageReceived, scene: Scene) -> Outcome:
    if consent.changes(conversation, reading, scene.now):
        return (consent.give if conversation.opted_out else consent.withdraw)(conversation, scene)
    if conversation.opted_out or consent.withdraws(reading):
        return Outcome(conversation)
    if not message.personal.text.strip() and not reading.says_anything:
        return _without_text(conversation, message, scene)
    outcome = respond(conversation, reading, scene)
    seen = message.kind in ("text", "choice")
    return outcome if seen else outcome.after(scene.phrases("only_text_note"))


def _without_text(conversation: Conversation, message: MessageReceived, scene: Scene) -> Outcome:
    """A voice message, a picture, an empty text: asks for words, or repeats what we had asked. So does an
    option that we never gave."""
    seen = message.kind in ("text", "choice")
    if conversation.draft and conversation.draft.asked:
        note = () if seen else (scene.phrases("only_text_note"),)
        return repeat(conversation, scene).after(*note)
    if message.kind == "choice":
        return Outcome(conversation, (scene.phrases("hello_again"),))
    key = "location_thanks" if message.kind == "location" else "only_text"
    return Outcome(conversation, (scene.phrases(key),))


def _on_answer(conversation: Conversation, event: Event[Any], config: TenantConfig, now: datetime) -> Step:
    scene = _scene(conversation, config, now, event.id)
    outcome = ANSWERS[type(event.data)](conversation, event.data, scene)
    if conversation.waiting and outcome.conversation.waiting is None and outcome.says:
        said = replace(outcome, conversation=outcome.conversation.but(preface=()))
        outcome = said.after(*conversation.preface)
    step = _speak(outcome, scene)._replace(refused=outcome.refused)
    return judged(event.data, step) if isinstance(event.data, CompletionGenerated) else step


ANSWERS: dict[type[Data], Callable[[Conversation, Any, Scene], Outcome]] = {
    BookingConfirmed: scheduler_answers.on_confirmed,
    BookingMoved: scheduler_answers.on_moved,
    BookingCancelled: scheduler_answers.on_cancelled,
    BookingRefused: scheduler_answers.on_refused,
    AvailabilityFound: scheduler_answers.on_found,
    ReminderDue: scheduler_answers.on_reminder_due,
    CompletionGenerated: open_questions.on_generated,
    CompletionFailed: lambda c, _, scene: open_questions.on_failed(c, scene),
}
"""What others answer, and who tells it to the customer."""


def _scene(
    conversation: Conversation,
    config: TenantConfig,
    now: datetime,
    cause: UUID,
    heard: Inbound | None = None,
) -> Scene:
    language = language_of(heard or Inbound(address=""), conversation, config)
    local = now.astimezone(config.zone)
    return Scene(config, local, cause, Phrases(language, config, local.date()))


def _speak(outcome: Outcome, scene: Scene) -> Step:
    """The outcome as events; a customer who opted out is told nothing but that this was heard."""
    conversation = outcome.conversation
    contact = conversation.contact
    if conversation.opted_out and outcome.purpose != "consent":
        return Step(conversation, (), reason="opted_out")
    if not outcome.says or contact is None:
        return Step(conversation, outcome.requests, reason=_unsaid(outcome))
    text = "\n".join(outcome.says)
    sent = MessageSendRequested(
        channel=contact.channel, account=contact.account, purpose=outcome.purpose,
        language=scene.phrases.language,
        personal=Outbound(address=contact.address, text=text, options=outcome.options),
    )  # fmt: skip
    return Step(conversation.having_said(text).but(greeted=True), (sent, *outcome.requests))


def _unsaid(outcome: Outcome) -> Reason:
    if outcome.says:
        return "no_contact"
    return "" if outcome.requests else "no_reply_needed"
