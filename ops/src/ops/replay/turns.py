"""What comes of a replay: each turn as it was then and as it is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import PlainSerializer, PlainValidator, TypeAdapter

from contracts.catalogue import type_of
from contracts.completions import CompletionGenerated, CompletionRequested
from contracts.envelope import Event
from contracts.events import EVENT_MODELS
from ops.replay.said import Difference, Said


def _typed(content: Any) -> Event[Any]:
    return content if isinstance(content, Event) else EVENT_MODELS[content["type"]].model_validate(content)


Recorded = Annotated[
    Event[Any], PlainValidator(_typed), PlainSerializer(lambda event: event.model_dump(mode="json"))
]
"""An event of any type, which comes back from JSON as what it was."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One handled event. `now` is None where it would not have come, or could not be decided.

    `stopped` says why the conversation cannot go on after this turn. `recorded` is false for an answer that
    was given only now.
    """

    handled: Recorded
    then: Said
    now: Said | None
    differences: tuple[Difference, ...] = ()
    stopped: str = ""
    recorded: bool = True

    @property
    def differs(self) -> bool:
        return bool(self.differences or self.stopped)

    @property
    def stopped_at_ai(self) -> bool:
        """Whether an AI that answers would carry it on."""
        return type_of(CompletionRequested) in self.stopped

    @property
    def intents(self) -> tuple[str, ...]:
        """What was understood then."""
        return tuple(intent for one in self.then.understood for intent in one.intents)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One conversation. `left_over` turns could not be compared, since it stopped before them.

    `complete` is false when the record begins in its middle, `lost_versions` are configurations that were in
    force then and are not known any more: the newest stood in for them.
    """

    tenant: str
    conversation: str
    turns: tuple[Turn, ...]
    complete: bool = True
    lost_versions: tuple[int, ...] = ()
    left_over: int = 0

    @property
    def differs(self) -> bool:
        return any(turn.differs for turn in self.turns)

    @property
    def stopped(self) -> str:
        """Why it stopped before its end; empty if it did not."""
        return self.turns[-1].stopped if self.turns else ""

    @property
    def stopped_at_ai(self) -> bool:
        """Whether it stopped at a question that an AI could answer."""
        return bool(self.turns) and self.turns[-1].stopped_at_ai


def spent(then: Event[Any] | None, now: Event[Any]) -> Iterator[Difference]:
    """What the AI's answers took, where they are not the same."""
    before, after = _tokens(then), _tokens(now)
    if before != after:
        yield Difference("tokens", before, after)


def _tokens(event: Event[Any] | None) -> str:
    if event is None or not isinstance(event.data, CompletionGenerated):
        return ""
    return f"{event.data.input_tokens or 0} in, {event.data.output_tokens or 0} out ({event.data.model})"


def plain(all_replayed: Sequence[Replayed]) -> dict[str, Any]:
    """As JSON for programs."""
    conversations = [_ADAPTER.dump_python(one, mode="json") for one in all_replayed]
    for one, shown in zip(all_replayed, conversations, strict=True):
        shown |= {"differs": one.differs, "stopped": one.stopped}
        for turn, shown_turn in zip(one.turns, shown["turns"], strict=True):
            shown_turn["differs"] = turn.differs
    return {"differs": any(one.differs for one in all_replayed), "conversations": conversations}


_ADAPTER: Final = TypeAdapter(Replayed)
