"""The one way a stateful service handles an event: read, decide, write once, publish.

State, the ids of what was handled and what was said in answer lie in one document and are written
by one compare-and-set. Who dies before the write has done nothing; who dies after it says the same
again on redelivery, under the same ids. So the effect is once, without a relay or a sweeper.

The broker delivers again within minutes; an operator may hand an event out of the record again after
months (`Event.redrivenfrom`), when its id has long been dropped. So a document also remembers the time of the
newest event whose id it dropped. A redriven copy that is not known and no newer than that may have been
handled: it counts as handled, and nothing is said. One that is newer, or comes to a document that never
dropped an id, was certainly never handled, and is now. So no customer is answered twice; what was lost before
the last few hundred events of its document is not repaired.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar

from pydantic import BaseModel

from chassis.clock import Clock
from chassis.observability.logging import get_logger
from chassis.storage import Collection, Conflict, Document
from contracts import events
from contracts.envelope import Event
from contracts.model import Data

S = TypeVar("S", bound=BaseModel)

# Order holds per document, so only the last few can ever be asked for again; the rest is margin.
_OUTBOXES_KEPT: Final = 10
_IDS_KEPT: Final = 300

log = get_logger(__name__)


@dataclass(frozen=True)
class Decision(Generic[S]):
    """What a pure decision says: the next state, and the facts to publish, in order."""

    state: S
    out: tuple[Data, ...] = ()


@dataclass(frozen=True)
class Handled:
    """What a document remembers of the events it has seen: their ids and times, and the last outboxes.

    Times are milliseconds since the epoch. `forgotten` is that of the newest event whose id was dropped; 0
    while there is none.
    """

    ids: tuple[str, ...] = ()
    times: tuple[int, ...] = ()
    forgotten: int = 0
    outboxes: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = ()

    @classmethod
    def of(cls, body: Document | None) -> "Handled":
        """What a stored document remembers; nothing if there is none yet."""
        if body is None:
            return cls()
        kept: Any = body["handled"]
        outboxes = ((one["event"], tuple(one["events"])) for one in kept["outboxes"])
        return cls(tuple(kept["ids"]), tuple(kept["times"]), kept["forgotten"], tuple(outboxes))

    def outbox_of(self, event: Event[Any]) -> tuple[Event[Any], ...] | None:
        """What was said to this event; None if it is new."""
        if str(event.id) not in self.ids:
            return () if self._may_have_dropped(event) else None
        bodies = next((out for handled, out in self.outboxes if handled == str(event.id)), ())
        return tuple(events.EVENT_MODELS[body["type"]].model_validate(body) for body in bodies)

    def with_event(self, event: Event[Any], out: tuple[Event[Any], ...]) -> "Handled":
        """The same, remembering one event more."""
        said = tuple(one.model_dump(mode="json", exclude_none=True) for one in out)
        ids, times = (*self.ids, str(event.id)), (*self.times, _milliseconds(event.time))
        return Handled(
            ids[-_IDS_KEPT:],
            times[-_IDS_KEPT:],
            max(self.forgotten, *times[:-_IDS_KEPT], 0),
            (*self.outboxes, (str(event.id), said))[-_OUTBOXES_KEPT:],
        )

    def _may_have_dropped(self, event: Event[Any]) -> bool:
        return event.redrivenfrom is not None and _milliseconds(event.redrivenfrom) <= self.forgotten

    def document(self) -> Document:
        """The stored form."""
        return {
            "ids": list(self.ids),
            "times": list(self.times),
            "forgotten": self.forgotten,
            "outboxes": [{"event": event, "events": list(out)} for event, out in self.outboxes],
        }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Publisher(Protocol):
    """Says what happened; EventPublisher, or something of the service's own before it."""

    async def publish(self, *events: Event[Any]) -> None:
        """Returns when all are confirmed. Raises TransientError."""


class HandleOnce(Generic[S]):
    """Applies pure decisions to documents of one collection, each event once."""

    def __init__(
        self, collection: Collection, state: type[S], publisher: Publisher, source: str, clock: Clock
    ) -> None:
        self._collection = collection
        self._state = state
        self._publisher = publisher
        self._source = source
        self._clock = clock

    async def __call__(self, event: Event[Any], key: str, decide: Callable[[S | None], Decision[S]]) -> None:
        """Handles `event` on the document `key` of its tenant; whoever loses a race decides anew."""
        while True:
            try:
                out = await self._attempt(event, key, decide)
            except Conflict:
                continue
            await self._publisher.publish(*out)
            return

    async def _attempt(
        self, event: Event[Any], key: str, decide: Callable[[S | None], Decision[S]]
    ) -> tuple[Event[Any], ...]:
        found = await self._collection.get(event.tenantid, key)
        handled = Handled.of(found.body if found else None)
        if (said := handled.outbox_of(event)) is not None:
            if event.redrivenfrom:
                log.info("redriven, and counts as handled")
            return said
        decision = decide(self._state.model_validate(found.body["state"]) if found else None)
        out = answers(event, decision.out, source=self._source, clock=self._clock)
        body: Document = {
            "state": decision.state.model_dump(mode="json"),
            "handled": handled.with_event(event, out).document(),
        }
        await self._collection.save(event.tenantid, key, body, expected=found.version if found else 0)
        return out


def answers(cause: Event[Any], out: tuple[Data, ...], *, source: str, clock: Clock) -> tuple[Event[Any], ...]:
    """The events that carry what was decided because of `cause`."""
    now = clock()
    return tuple(events.caused(cause, n, data, source=source, time=now) for n, data in enumerate(out))
