"""The transcript as documents: one for each message, under the id of its event."""

from chassis.clock import Clock
from chassis.storage import AlreadyExists, CollectionSpec, Document, Store, Versioned, instant
from contracts.envelope import Event
from contracts.messages import MessageReceived, MessageSendRequested
from conversation.domain.transcript import Line, line_of

TRANSCRIPT = CollectionSpec("transcript", indexes=(("conversation", "place"),))


class TranscriptDocuments:
    """The transcript in the service's store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._collection = store.collection(TRANSCRIPT)
        self._clock = clock

    async def record(self, event: Event[MessageReceived] | Event[MessageSendRequested], n: int = 0) -> None:
        """Keeps one message, the n-th of its moment; the same event again changes nothing."""
        line = line_of(event)
        # Vendors date what customers write in whole seconds: its order is that of its arrival here.
        moment = self._clock() if line.direction == "in" else line.time
        body: Document = {
            "conversation": event.partitionkey,
            # What is said in the same moment as it is heard, is said after it.
            "place": f"{instant(moment)} {line.direction} {n:03}",
            "line": line.model_dump(mode="json"),
        }
        try:
            await self._collection.insert(event.tenantid, str(event.id), body)
        except AlreadyExists:
            return

    async def of(self, tenant: str, conversation: str, limit: int) -> tuple[Line, ...]:
        """The newest `limit` messages, in the order they were said."""
        found = await self._collection.find(
            tenant, {"conversation": conversation}, sort="place", descending=True, limit=limit
        )
        return tuple(map(_line, reversed(found)))


def _line(document: Versioned) -> Line:
    return Line.model_validate(document.body["line"])
