"""Feeds a recorded conversation through the decisions of today. Pure: no clock, no chance, no I/O.

A request of today that equals one of then gets the answer that was recorded. An answer to something that is
not asked any more is left out, and so is all that followed from it. A request that was never made has no
recorded answer: the conversation stops there, unless somebody answers it.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

from contracts.envelope import Event
from contracts.events import caused
from contracts.model import Data
from contracts.tenants import TenantConfig
from conversation.domain import dialogue
from conversation.domain.decided import Step, turn_decided
from conversation.domain.state import Conversation
from ops.replay.history import SPEAKER, History
from ops.replay.requests import AnswerLive, Requests
from ops.replay.said import ASKS_OTHERS, Said, differences, said_in
from ops.replay.turns import Replayed, Turn, spent

Decide: TypeAlias = Callable[[Conversation | None, Event[Any], TenantConfig, datetime], Step]


def replay(
    history: History,
    decide: Decide = dialogue.decide,
    config: TenantConfig | None = None,
    answer: AnswerLive | None = None,
) -> Replayed:
    """The conversation as it would go today; `config` stands for the recorded ones in all turns.

    Raises ConfigurationUnknown when there is none at all.
    """
    turns = tuple(OnItsWay(decide, config, answer).turns(history))
    return Replayed(
        history.tenant, history.conversation, turns, complete=history.complete,
        lost_versions=() if config else history.lost_versions,
        left_over=len(history.handled) - sum(turn.recorded for turn in turns),
    )  # fmt: skip


class OnItsWay:
    """One conversation on its way through its history; it can go on with a later piece of that."""

    def __init__(
        self, decide: Decide, config: TenantConfig | None = None, answer: AnswerLive | None = None
    ) -> None:
        self._decide, self._config = decide, config
        self._requests = Requests(answer)
        self._conversation: Conversation | None = None

    def turns(self, history: History) -> Iterator[Turn]:
        """The turns of what is handled there, up to the first that stops."""
        self._history = self._requests.history = history
        for recorded in self._history.handled:
            then = said_in(one.data for one in self._history.said(recorded.id))
            if not self._requests.still_comes(recorded):
                yield Turn(recorded, then, None, differences(then, Said()))
                continue
            if stopped := self._requests.answers_other_words(recorded):
                yield Turn(recorded, then, None, stopped=stopped)
                return
            for turn in self._turns_from(recorded, then):
                yield turn
                if turn.stopped:
                    return

    def _turns_from(self, recorded: Event[Any], then: Said) -> Iterator[Turn]:
        """The turn of a recorded event, and those of answers that nobody gave then."""
        config = self._config_at(recorded)
        version = self._history.version_at(recorded.id)
        due: list[tuple[Event[Any], Event[Any] | None]] = [(self._requests.as_now(recorded), recorded)]
        while due:
            event, then_event = due.pop(0)
            before = then if then_event else Said()
            try:
                step = self._decide(self._conversation, event, config, event.time)
            except Exception as error:  # the code in question may be unfinished: a finding, and not our end
                yield Turn(event, before, None, stopped=f"the decision failed: {error!r}")
                return
            now = said_in((*step.out, turn_decided(event, self._conversation, step, version)))
            self._conversation = step.conversation
            settled = self._requests.settle(then_event, _asked(event, step.out))
            found = (*differences(before, now), *settled.otherwise, *spent(then_event, event))
            yield Turn(event, before, now, found, settled.stopped, recorded=then_event is not None)
            due.extend((answer, None) for answer in settled.more)

    def _config_at(self, recorded: Event[Any]) -> TenantConfig:
        """The one that was in force, or the other: as with a file that is applied, prompts it does not name
        stay."""
        if self._config is None:
            return self._history.config_at(recorded.id)
        if not self._history.configs:
            return self._config
        kept = self._history.config_at(recorded.id).prompts
        return self._config.model_copy(update={"prompts": {**kept, **self._config.prompts}})


def _asked(event: Event[Any], out: tuple[Data, ...]) -> list[Event[Any]]:
    return [
        caused(event, n, data, source=SPEAKER, time=event.time)
        for n, data in enumerate(out) if isinstance(data, ASKS_OTHERS)
    ]  # fmt: skip
