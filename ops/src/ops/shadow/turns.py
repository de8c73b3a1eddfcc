"""The turns of the live service, put together from the record as it grows."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from contracts.catalogue import CATALOGUE, consumed_by, type_of
from contracts.decisions import TurnDecided
from contracts.envelope import Event
from contracts.tenants import TenantConfigured
from ops.shadow.recent import Recent

SERVICE: Final = "conversation"
DECIDED: Final = type_of(TurnDecided)
CONFIGURED: Final = type_of(TenantConfigured)
HEARD: Final = frozenset(row.type for row in consumed_by(SERVICE)) - {CONFIGURED}
SAID: Final = frozenset(row.type for row in CATALOGUE if row.owner == SERVICE) - {DECIDED}

KEPT: Final = 20_000
"""Events that wait for their turn to be decided; of more than that, the oldest are forgotten."""


@dataclass(frozen=True)
class LiveTurn:
    """What the live service made of one event; `handled` is None where that was recorded too long ago."""

    decided: Event[TurnDecided]
    handled: Event[Any] | None
    said: tuple[Event[Any], ...]

    @property
    def events(self) -> tuple[Event[Any], ...]:
        """All of it, as recorded."""
        return (*((self.handled,) if self.handled else ()), *self.said, self.decided)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it was about: the intents that were understood, else the type of the event."""
        intents = dict.fromkeys(one for read in self.decided.data.understood for one in read.intents)
        return tuple(intents) or ((self.handled.type,) if self.handled else (DECIDED,))


@dataclass
class _Open:
    handled: Event[Any] | None = None
    said: dict[UUID, Event[Any]] = field(default_factory=dict)


class Assembly:
    """Takes the events of the record in order; each may come twice."""

    def __init__(self, kept: int = KEPT) -> None:
        self._open: Recent[UUID, _Open] = Recent(kept)
        self._closed: Recent[UUID, bool] = Recent(kept)

    def add(self, event: Event[Any]) -> LiveTurn | None:
        """The turn that this event completes."""
        cause = event.id if event.type in HEARD else event.causationid
        if cause is None or cause in self._closed:
            return None
        if event.type in HEARD:
            self._open.setdefault(cause, _Open()).handled = event
        elif event.type in SAID:
            self._open.setdefault(cause, _Open()).said[event.id] = event
        elif event.type == DECIDED:
            return self._close(cause, event)
        return None

    def _close(self, cause: UUID, decided: Event[TurnDecided]) -> LiveTurn:
        turn = self._open.pop(cause, _Open())
        self._closed[cause] = True
        return LiveTurn(decided, turn.handled, tuple(turn.said.values()))
