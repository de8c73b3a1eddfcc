"""What vendors report on messages of ours."""

from dataclasses import dataclass, replace

from chassis.clock import Clock
from chassis.observability.logging import get_logger
from chassis.storage import Conflict
from contracts.envelope import Event
from contracts.messages import ReceiptReceived
from notifier.domain.delivery import Delivery
from notifier.handlers.doubts import OpenDoubts, count_settled
from notifier.handlers.statements import said_of
from notifier.ports import Deliveries, Publisher, Record

_RECENT = 50

log = get_logger(__name__)


@dataclass(frozen=True)
class Receipts:
    """Handles receipt.received."""

    deliveries: Deliveries
    doubts: OpenDoubts
    publisher: Publisher
    clock: Clock

    async def on_received(self, event: Event[ReceiptReceived]) -> None:
        """Note that a message was sent, delivered, read or has failed at the vendor."""
        record = await self._record(event)
        if record is None:
            # Sent from the vendor's own app, or by whoever shares the number: nothing of ours.
            log.info("a receipt for none of our messages", status=event.data.status)
            return
        if event.id not in record.said:
            record = await self._noted(event, record)
        await self.publisher.publish(*record.said[event.id])
        if record.delivery.doubted:
            await self.doubts.known(record)

    async def _record(self, event: Event[ReceiptReceived]) -> Record | None:
        data = event.data
        if data.reference and (named := await self.deliveries.get(event.tenantid, data.reference)):
            return named if named.delivery.channel == data.channel else None
        known = await self.deliveries.by_vendor_id(event.tenantid, data.channel, data.vendor_message_id)
        # A redriven one is of its own time: it tells nothing of the messages in doubt now.
        return known if known or event.redrivenfrom else await self._in_doubt(event)

    async def _in_doubt(self, event: Event[ReceiptReceived]) -> Record | None:
        """The one message of the conversation of which we never learnt the vendor's id.

        Vendors report what was sent through us alone, so an unknown id belongs to a message whose answer
        got lost. With several of them nobody can say to which.
        """
        recent = await self.deliveries.of_conversation(event.tenantid, event.partitionkey, _RECENT)
        doubtful = [one for one in recent if one.unnamed]
        return await self.deliveries.get(event.tenantid, doubtful[0].id) if len(doubtful) == 1 else None

    async def _noted(self, event: Event[ReceiptReceived], record: Record) -> Record:
        after = _after(event, record.delivery)
        said = said_of(event, record.delivery, after, self.clock())
        noted = replace(record, delivery=after, said={**record.said, event.id: said})
        try:
            saved = await self.deliveries.save(noted)
        except Conflict:
            current = await self.deliveries.get(record.tenant, record.delivery.id)
            return await self._noted(event, current or record)
        count_settled(record.delivery, after, by="receipt")
        return saved


def _after(event: Event[ReceiptReceived], delivery: Delivery) -> Delivery:
    data = event.data
    return delivery.received(data.status, event.time, data.vendor_message_id, data.error_code, data.error)
