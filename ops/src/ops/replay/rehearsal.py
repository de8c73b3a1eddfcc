"""Conversations recorded without servers: scripted customers, today's decisions, a diary in memory.

For measuring and testing: the same seed gives the same events.
"""

import random
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid5

from contracts.completions import Answer, CompletionFailed, CompletionGenerated, CompletionRequested
from contracts.envelope import NAMESPACE, Event, conversation_id, inbound_id
from contracts.events import caused, first
from contracts.messages import Channel, Inbound, MessageReceived, MessageSendRequested
from contracts.model import Data
from contracts.tenants import Language, TenantConfig, TenantConfigured
from conversation.domain.decided import turn_decided
from conversation.domain.dialogue import decide
from conversation.domain.state import Conversation
from ops.replay.diary import Diary
from ops.replay.history import SPEAKER, History, history_of

BEGINNING: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)

SCRIPTS: Final[dict[Language, tuple[str, ...]]] = {
    "it": (
        "Ciao, vorrei prenotare {service} domani alle {hour}", "sì", "Anna", "quanto costa {service}?",
        "siete aperti sabato?", "posso spostare a giovedì alle {hour}?", "annulla la prenotazione",
        "avete posto venerdì pomeriggio?", "la prima", "fate anche consegne in Patagonia?", "ok grazie",
        "vorrei parlare con una persona", "STOP", "START",
    ),
    "en": (
        "Hi, I'd like to book {service} tomorrow at {hour}:00", "yes", "Anna", "how much is {service}?",
        "are you open on Saturday?", "can I move it to Thursday at {hour}:00?", "cancel my appointment",
        "anything free on Friday afternoon?", "the first one", "do you ship to Patagonia?", "ok thanks",
        "I want to talk to a person", "STOP", "START",
    ),
    "fr": (
        "Bonjour, je voudrais réserver {service} demain à {hour}h", "oui", "Anna",
        "combien coûte {service} ?",
        "êtes-vous ouverts samedi ?", "je peux déplacer à jeudi à {hour}h ?", "annulez mon rendez-vous",
        "une place vendredi après-midi ?", "la première", "livrez-vous en Patagonie ?", "merci",
        "je veux parler à quelqu'un", "STOP", "START",
    ),
}  # fmt: skip
"""What customers write, by language; `service` and `hour` are filled in."""

_AI_SAYS: Final = "A colleague will look into it."


def rehearsed(config: TenantConfig, seed: int, messages: int = 12) -> History:
    """One conversation of so many messages of the customer, in one of the business's languages."""
    rehearsal = _Rehearsal(config, random.Random(seed), f"+39333{seed:07d}")  # noqa: S311 no secret
    return rehearsal.record(messages)


def script(
    config: TenantConfig, texts: Sequence[str], *, ai: str = "", address: str = "+393330000000"
) -> History:
    """One conversation of exactly these messages; `ai` is what an AI says, empty where there is none."""
    rehearsal = _Rehearsal(config, random.Random(0), address, ai)  # noqa: S311 no secret
    for text in texts:
        rehearsal.say(text)
    return rehearsal.history()


class _Rehearsal:
    """One talk on its way."""

    def __init__(
        self, config: TenantConfig, chance: random.Random, address: str, ai: str | None = None
    ) -> None:
        self._config, self._chance, self._address = config, chance, address
        self._ai = ai  # None: by lot
        self._id = conversation_id(config.id, Channel.WHATSAPP, address)
        self._now = BEGINNING
        self._conversation: Conversation | None = None
        self._diary = Diary(config)
        configured = TenantConfigured(version=1, config=config)
        self._events: list[Event[Any]] = [self._first(configured, config.id, f"{config.id}/1")]

    def record(self, messages: int) -> History:
        texts = SCRIPTS[self._chance.choice(self._config.languages)]
        for _ in range(messages):
            service = self._chance.choice(self._config.services).name.in_(self._config.languages[0])
            self.say(self._chance.choice(texts).format(service=service, hour=self._chance.randint(9, 18)))
        return self.history()

    def history(self) -> History:
        return history_of(self._config.id, self._id, self._events)

    def say(self, text: str) -> None:
        """The customer writes; all that follows from it happens before the next message."""
        self._now += timedelta(minutes=self._chance.randint(1, 300))
        message = MessageReceived(
            channel=Channel.WHATSAPP, account="1", kind="text", vendor_message_id=str(len(self._events)),
            personal=Inbound(address=self._address, name="Anna Rossi", text=text),
        )  # fmt: skip
        due = deque([self._first(message, self._id, message.vendor_message_id)])
        while due:
            due.extend(self._handle(due.popleft()))

    def _handle(self, event: Event[Any]) -> list[Event[Any]]:
        step = decide(self._conversation, event, self._config, event.time)
        facts = (*step.out, turn_decided(event, self._conversation, step, 1))
        self._conversation = step.conversation
        said = [caused(event, n, data, source=SPEAKER, time=event.time) for n, data in enumerate(facts)]
        self._events += [event, *said]
        return [answer for one in said if (answer := self._answer(one))]

    def _answer(self, request: Event[Any]) -> Event[Any] | None:
        if isinstance(request.data, MessageSendRequested):
            return None
        moment = request.time + timedelta(seconds=1)
        if isinstance(request.data, CompletionRequested):
            return caused(request, 0, self._completion(request), source="ai-router", time=moment)
        data = self._diary.answer(request.data, request.time)
        return caused(request, 0, data, source="scheduler", time=moment) if data else None

    def _completion(self, request: Event[Any]) -> Data:
        says = self._chance.choice(("", _AI_SAYS)) if self._ai is None else self._ai
        if not says:
            return CompletionFailed(request_id=request.id, reason="not_configured")
        return CompletionGenerated(
            request_id=request.id, vendor="rehearsal", model="none", input_tokens=100, output_tokens=10,
            seconds=1.0, personal=Answer(text=says),
        )  # fmt: skip

    def _first(self, data: Data, partition: str, name: str) -> Event[Any]:
        is_message = isinstance(data, MessageReceived)
        event_id = inbound_id(self._config.id, partition, name) if is_message else uuid5(NAMESPACE, name)
        return first(
            data, event_id=event_id, source="gateway", tenant=self._config.id, partition=partition,
            time=self._now,
        )  # fmt: skip
