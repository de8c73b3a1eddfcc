"""Who answers what the conversation asks today: the record, somebody who is asked now, or nobody."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from contracts.completions import CompletionFailed, CompletionGenerated, CompletionRequested
from contracts.envelope import Event
from contracts.events import caused
from contracts.model import Data
from ops.replay.history import History
from ops.replay.said import ASKS_OTHERS, LABELS, Difference

AnswerLive: TypeAlias = Callable[[Event[Any]], Data | None]
"""Answers a request that was not recorded; None if nobody can."""

_WHATEVER_WAS_ASKED: Final = frozenset(
    {"not_configured", "timeout", "rate_limited", "overloaded", "refused_key", "unreachable", "circuit_open"}
)
"""Failures of an AI that do not depend on the question: another one would have failed like it."""


class Settled(NamedTuple):
    """The answers that come beside what was recorded, why it cannot go on, and what was asked otherwise."""

    more: list[Event[Any]]
    stopped: str
    otherwise: tuple[Difference, ...]


class Requests:
    """Pairs the requests of today with those of then, turn by turn."""

    history: History  # what is known of the conversation at this point

    def __init__(self, answer: AnswerLive | None) -> None:
        self._answer = answer
        self._not_asked: set[UUID] = set()  # requests of then that are not made now
        self._renamed: dict[UUID, UUID] = {}  # request of then → id of the equal one of now, where it differs
        self._other_words: set[UUID] = set()  # of then, asked differently now, answer to come
        self._live: dict[UUID, Event[Any]] = {}  # request of then → the new answer to what is asked instead

    def still_comes(self, recorded: Event[Any]) -> bool:
        """Whether a recorded event comes today: not if it answers what is not asked any more."""
        if recorded.causationid not in self._not_asked:
            return True
        self._not_asked.update(one.id for one in self._then(recorded))
        return False

    def answers_other_words(self, recorded: Event[Any]) -> str:
        """Why a recorded event does not answer what is asked today; empty if it does."""
        if recorded.causationid not in self._other_words or _whatever_was_asked(recorded.data):
            return ""
        return f"{recorded.type} answers other words than those of now"

    def as_now(self, recorded: Event[Any]) -> Event[Any]:
        """A recorded event as it comes today: its request may have another id, or another answer."""
        request = recorded.causationid
        if request in self._live:
            return self._live.pop(request)
        if request not in self._renamed:
            return recorded
        now, data = self._renamed[request], recorded.data
        if isinstance(data, CompletionGenerated | CompletionFailed):
            data = data.model_copy(update={"request_id": now})
        return recorded.model_copy(update={"causationid": now, "data": data})

    def settle(self, recorded: Event[Any] | None, asked: list[Event[Any]]) -> Settled:
        """Finds an answer to all that is `asked` in one turn."""
        then = self._then(recorded) if recorded else []
        new = [request for request in asked if not self._recorded(request, then)]
        more: list[Event[Any]] = []
        unanswered: list[str] = []
        otherwise: list[Difference] = []
        for request in new:
            before = next((one for one in then if one.type == request.type), None)
            answer = self._answered(request)
            if answer is None:
                unanswered.append(_unanswered(request, before))
                otherwise += _otherwise(request, before)
            elif before is None or not self._replaces(answer, before):
                more.append(answer)
            else:
                then.remove(before)
        self._not_asked.update(one.id for one in then)
        return Settled(more, "; ".join(unanswered), tuple(otherwise))

    def _recorded(self, request: Event[Any], then: list[Event[Any]]) -> bool:
        """Whether this was asked then as well; takes it out of what was asked then."""
        for before in then:
            if _asks_the_same(before.data, request.data) or self._fails_alike(before, request):
                then.remove(before)
                if before.id != request.id:
                    self._renamed[before.id] = request.id
                return True
        return False

    def _fails_alike(self, before: Event[Any], request: Event[Any]) -> bool:
        if not isinstance(request.data, CompletionRequested) or before.type != request.type:
            return False
        answers = self.history.answers(before.id)
        if self.history.growing and not answers:
            self._other_words.add(before.id)
            return True
        return bool(answers) and all(_whatever_was_asked(one.data) for one in answers)

    def _answered(self, request: Event[Any]) -> Event[Any] | None:
        data = self._answer(request) if self._answer else None
        return caused(request, 0, data, source="live", time=request.time) if data else None

    def _replaces(self, answer: Event[Any], before: Event[Any]) -> bool:
        """Puts the answer where that to `before` came, under its id, for a booking's id derives from it."""
        recorded = next(iter(self.history.answers(before.id)), None)
        if recorded is None:
            return False
        self._live[before.id] = answer.model_copy(update={"id": recorded.id, "time": recorded.time})
        return True

    def _then(self, recorded: Event[Any]) -> list[Event[Any]]:
        return [one for one in self.history.said(recorded.id) if isinstance(one.data, ASKS_OTHERS)]


def _asks_the_same(before: Data, request: Data) -> bool:
    if isinstance(before, CompletionRequested) and isinstance(request, CompletionRequested):
        return before.model_dump(exclude=set(LABELS)) == request.model_dump(exclude=set(LABELS))
    return before == request


def _whatever_was_asked(answer: Data) -> bool:
    return isinstance(answer, CompletionFailed) and answer.reason in _WHATEVER_WAS_ASKED


def _unanswered(request: Event[Any], before: Event[Any] | None) -> str:
    how = "was not asked then" if before is None else "was asked in other words then"
    return f"{request.type} {how}: no answer is recorded"


def _otherwise(request: Event[Any], before: Event[Any] | None) -> Iterator[Difference]:
    """What the AI would be told now and was not then, line by line."""
    if before and isinstance(request.data, CompletionRequested):
        then, now = _told(before.data), _told(request.data)
        gone, new = ("\n".join(line for line in a if line not in b) for a, b in ((then, now), (now, then)))
        yield Difference("prompt", gone, new)


def _told(request: CompletionRequested) -> list[str]:
    turns = (f"{turn.role}: {turn.text}" for turn in request.personal.turns)
    return list(dict.fromkeys((*request.personal.instructions.splitlines(), *turns)))
