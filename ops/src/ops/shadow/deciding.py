"""The candidate's side: its own memory of each conversation, and a verdict for each turn."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from contracts import events
from contracts.tenants import TenantConfig
from ops.replay.engine import Decide, OnItsWay
from ops.replay.history import ConfigurationUnknown, History, history_of
from ops.replay.said import Difference
from ops.replay.turns import Turn
from ops.replay.watch import Watched, named
from ops.shadow.questions import Answer, Need, Question
from ops.shadow.recent import Recent

KEPT: Final = 5_000
"""Conversations that are remembered; of more than that, those that were quiet for longest are forgotten."""

_CONFIGS_KEPT: Final = 5  # of each business, the newest
_LONGEST: Final = 300  # letters of one account in a difference

Key: TypeAlias = tuple[str, str]


class Candidate:
    """Decides what the live service has decided. `config` stands for the recorded ones of its business.

    What it remembers of a conversation goes on from turn to turn; of one it does not know it needs the past.
    """

    def __init__(
        self, decide: Decide, config: TenantConfig | None = None, *, within: float = 30.0, kept: int = KEPT
    ) -> None:
        self._watched = Watched(decide, within)
        self._config = config
        self._on_their_way: Recent[Key, OnItsWay] = Recent(kept)
        self._configs: dict[str, dict[int, TenantConfig]] = {}

    def answer(self, question: Question) -> Answer:
        """What became of a turn. Whatever the candidate's code raises is a verdict too."""
        key = (question.tenant, question.conversation)
        try:
            return self._answer(question, key)
        except ConfigurationUnknown as unknown:
            return Answer(verdict="middle", why=(str(unknown),))
        except Exception as error:
            self._on_their_way.pop(key, None)
            return Answer(verdict="failed", why=(named(error),))

    def _answer(self, question: Question, key: Key) -> Answer:
        self._watched.failure = ""
        self._learn(question)
        if question.forget:
            self._on_their_way.pop(key, None)
        history = self._history(question)
        if needs := tuple(self._needs(question, key, history)):
            return Answer(needs=needs)
        for turn in self._way(key).turns(history):
            if turn.handled.id == question.handled or self._watched.failure:
                return self._verdict(turn)
            if turn.stopped:
                return Answer(verdict="ended", why=(turn.stopped,))
        return Answer(verdict="middle", why=("the record does not hold the event that was handled",))

    def _learn(self, question: Question) -> None:
        known = self._configs.get(question.tenant, {}) | (question.configs or {})
        self._configs[question.tenant] = dict(sorted(known.items())[-_CONFIGS_KEPT:])

    def _history(self, question: Question) -> History:
        """The turn, after what went before it where that was told."""
        recorded = [events.read(one.encode()) for one in (*(question.past or ()), *question.events)]
        configs = self._configs[question.tenant]
        return replace(history_of(question.tenant, question.conversation, recorded, configs), growing=True)

    def _needs(self, question: Question, key: Key, history: History) -> Iterator[Need]:
        if question.past is None and key not in self._on_their_way:
            yield "past"
        if question.configs is None and (history.lost_versions or not history.configs):
            yield "configs"

    def _way(self, key: Key) -> OnItsWay:
        """What is remembered of the conversation, which is the newest now."""
        config = self._config if self._config and self._config.id == key[0] else None
        way = self._on_their_way.pop(key, None) or OnItsWay(self._watched, config)
        self._on_their_way[key] = way
        return way

    def _verdict(self, turn: Turn) -> Answer:
        if self._watched.failure:
            return Answer(verdict="failed", why=(self._watched.failure,))
        if turn.stopped:
            return Answer(verdict="stopped", why=(turn.stopped,))
        why = tuple(map(_told, turn.differences))
        return Answer(verdict="different" if why else "alike", why=why)


def _told(difference: Difference) -> str:
    then, now = (repr(one[:_LONGEST]) for one in (difference.then, difference.now))
    return f"{difference.what}: {then} → {now}"
