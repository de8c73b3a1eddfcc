"""The one way a stateful service handles an event: read, decide, write once, publish.

State, the ids of what was handled and what was said in answer lie in one document and are written
by one compare-and-set. Who dies before the write has done nothing; who dies after it says the same
again on redelivery, under the same ids. So the effect is once, without a relay or a sweeper.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from pydantic import BaseModel

from chassis.clock import Clock
from chassis.storage import Collection, Conflict, Document
from contracts import events
from contracts.envelope import Event
from contracts.model import Data

S = TypeVar("S", bound=BaseModel)

# Order holds per document, so only the last few can ever be asked for again; the rest is margin.
_OUTBOXES_KEPT: Final = 20
_IDS_KEPT: Final = 300


@dataclass(frozen=True)
class Decision(Generic[S]):
    """What a pure decision says: the next state, and the facts to publish, in order."""

    state: S
    out: tuple[Data, ...] = ()


@dataclass(frozen=True)
class Handled:
    """What a document remembers of the events it has seen: their ids, and the last outboxes."""

    ids: tuple[str, ...] = ()
    outboxes: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = ()

    @classmethod
    def of(cls, body: Document | None) -> "Handled":
        """What a stored document remembers; nothing if there is none yet."""
        if body is None:
            return cls()
        kept: Any = body["handled"]
        return cls(
            tuple(kept["ids"]), tuple((one["event"], tuple(one["events"])) for one in kept["outboxes"])
        )

    def outbox_of(self, event: Event[Any]) -> tuple[Event[Any], ...] | None:
        """What was said to this event; None if it is new."""
        if str(event.id) not in self.ids:
            return None
        bodies = next((out for handled, out in self.outboxes if handled == str(event.id)), ())
        return tuple(events.EVENT_MODELS[body["type"]].model_validate(body) for body in bodies)

    def with_event(self, event: Event[Any], out: tuple[Event[Any], ...]) -> "Handled":
        """The same, remembering one event more."""
        said = tuple(one.model_dump(mode="json") for one in out)
        return Handled(
            (*self.ids, str(event.id))[-_IDS_KEPT:],
            (*self.outboxes, (str(event.id), said))[-_OUTBOXES_KEPT:],
        )

    def document(self) -> Document:
        """The stored form."""
        return {
            "ids": list(self.ids),
            "outboxes": [{"event": event, "events": list(out)} for event, out in self.outboxes],
        }


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
