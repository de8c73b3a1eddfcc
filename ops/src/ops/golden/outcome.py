"""A golden conversation beside what would be said today, and today's words as the new truth."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.completions import CompletionFailed, CompletionGenerated, CompletionRequested
from contracts.envelope import Event
from contracts.events import caused
from contracts.model import Data
from contracts.tenants import TenantConfig
from conversation.domain import dialogue
from conversation.domain.decided import Step, turn_decided
from conversation.domain.state import Conversation
from ops.golden.fixture import Fixture
from ops.replay.engine import replay
from ops.replay.history import SPEAKER, History
from ops.replay.turns import Replayed


class NotRenewable(Exception):
    """Today's conversation goes on in a way that nobody has answered; the message says where."""


@dataclass(frozen=True)
class Outcome:
    """What became of one fixture."""

    fixture: Fixture
    replayed: Replayed

    @property
    def drifted(self) -> bool:
        """Whether anything is said, understood or requested in another way than the fixture holds."""
        return self.replayed.differs or self.replayed.left_over > 0


def check(fixture: Fixture) -> Outcome:
    """Says it all again. Pure: no clock, no network, no chance."""
    return Outcome(fixture, replay(fixture.history))


def renewed(fixture: Fixture) -> Fixture:
    """The fixture with what is said today. Raises NotRenewable when that needs answers that it does not hold.

    An AI that is asked in other words is taken to answer what it answered then.
    """
    decider = _Remembering(fixture.history)
    replayed = replay(fixture.history, decider.decide, answer=_AnswersOfThen(fixture.history).answer)
    if replayed.stopped:
        asked = f"turn {len(replayed.turns)}: {replayed.stopped}"
        raise NotRenewable(f"{asked}. Record the conversation anew, the way it goes today")
    history = fixture.history
    events = tuple(decider.events)
    return Fixture(fixture.meta, History(history.tenant, history.conversation, events, history.configs))


class _Remembering:
    """Decides as today, and keeps all that was handled and said."""

    def __init__(self, history: History) -> None:
        self.events: list[Event[Any]] = []
        self._history = history
        self._version = max(history.configs)

    def decide(
        self, conversation: Conversation | None, event: Event[Any], config: TenantConfig, now: datetime
    ) -> Step:
        step = dialogue.decide(conversation, event, config, now)
        if event.id in {one.id for one in self._history.handled}:
            self._version = self._history.version_at(event.id)
        self.events += [event, *self._said(event, conversation, step)]
        return step

    def _said(self, event: Event[Any], before: Conversation | None, step: Step) -> Iterator[Event[Any]]:
        account = turn_decided(event, before, step, self._version)
        for n, data in enumerate((*step.out, account)):
            yield caused(event, n, data, source=SPEAKER, time=event.time)


class _AnswersOfThen:
    """What the AI answered then, in the order in which it was asked."""

    def __init__(self, history: History) -> None:
        answers = (one.data for one in history.handled)
        self._left = deque(one for one in answers if isinstance(one, CompletionGenerated | CompletionFailed))

    def answer(self, request: Event[Any]) -> Data | None:
        if not isinstance(request.data, CompletionRequested) or not self._left:
            return None
        return self._left.popleft().model_copy(update={"request_id": request.id})
