"""One request to repair or give up failures, and how far it has come. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict

from chassis.failures.failure import Failure
from contracts.envelope import Event, Instant
from contracts.operations import FailureJobRequested, FailureKind

KINDS: Final[tuple[FailureKind, ...]] = ("dead-letter", "parked", "uncertain")
_MOST_MISTAKES: Final = 20


class Job(BaseModel):
    """`total` is how many it meant when it began, `done` and `failed` how many it has been through.

    `kinds` are still to be gone through, the first of them up to the place `after`. Whoever goes on with it
    begins with what is `in_hand`: it may have been done or not. `mistakes` says of the first few that could
    not be retried why.
    """

    model_config = ConfigDict(frozen=True)

    asked: Event[FailureJobRequested]
    state: Literal["waiting", "working", "done"] = "waiting"
    total: int = 0
    done: int = 0
    failed: int = 0
    kinds: tuple[FailureKind, ...]
    after: str = ""
    in_hand: Failure | None = None
    mistakes: tuple[str, ...] = ()
    begun_at: Instant | None = None
    finished_at: Instant | None = None

    @classmethod
    def of(cls, asked: Event[FailureJobRequested], known: Sequence[FailureKind]) -> Self:
        """A job that nobody has begun."""
        wanted = asked.data.selection.kind
        return cls(asked=asked, kinds=tuple(one for one in KINDS if one in known and wanted in (None, one)))

    def begun(self, total: int, now: datetime) -> Self:
        """Somebody works at it."""
        return self.model_copy(update={"state": "working", "total": total, "begun_at": now})

    def taking(self, failure: Failure) -> Self:
        """This one is next."""
        return self.model_copy(update={"in_hand": failure, "after": failure.place})

    def past(self, mistake: str = "") -> Self:
        """What was in hand is done; `mistake` says why nothing could be done about it."""
        mistakes = self.mistakes
        if mistake and self.in_hand and len(mistakes) < _MOST_MISTAKES:
            mistakes = (*mistakes, f"{self.in_hand.id}: {mistake}")
        counted = {"done": self.done + (not mistake), "failed": self.failed + bool(mistake)}
        return self.model_copy(update={**counted, "in_hand": None, "mistakes": mistakes})

    def next_kind(self) -> Self:
        """Nothing is left of the first kind."""
        return self.model_copy(update={"kinds": self.kinds[1:], "after": ""})

    def finished(self, now: datetime) -> Self:
        """Nothing is left."""
        return self.model_copy(update={"state": "done", "finished_at": now})
