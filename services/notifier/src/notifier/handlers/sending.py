"""Sending a message once.

Three writes frame the vendor call: `created` before anything, `sending` directly before the request's body
leaves, and the outcome together with what is said about it. A redelivery that finds an outcome says it
again; one that finds `created` sends. One that finds `sending` meets a process that died in between: if this
machine knows that the attempt never left, it is sent; else mostly the vendor got it, so the message is
`uncertain` and by default not sent again.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias
from uuid import UUID

from prometheus_client import Counter

from chassis.clock import Clock
from chassis.errors import PermanentError, TransientError
from chassis.storage import Conflict
from contracts.envelope import Event
from contracts.messages import Channel, MessageSendRequested
from notifier.domain.delivery import Delivery
from notifier.domain.policy import may_send
from notifier.handlers.statements import said_of
from notifier.ports import (
    Accepted,
    ChannelSender,
    Consents,
    Deliveries,
    Departures,
    NotAccepted,
    Publisher,
    Record,
    Refused,
    Tenants,
    Unanswered,
)

CONCLUDED = Counter("bellhop_deliveries_total", "Outgoing messages by their outcome", ["channel", "state"])

Request: TypeAlias = Event[MessageSendRequested]
Outcome: TypeAlias = Accepted | NotAccepted | Refused | Unanswered


@dataclass(frozen=True)
class Sending:
    """Handles message-send.requested. `tries` is how often the vendor may turn a message away for now."""

    deliveries: Deliveries
    consents: Consents
    tenants: Tenants
    senders: Mapping[Channel, ChannelSender]
    departures: Departures
    publisher: Publisher
    clock: Clock
    tries: int
    uncertain_sends: Literal["hold", "resend"]
    _outcomes: dict[tuple[UUID, int], Outcome] = field(default_factory=dict, init=False)
    # What this process knows of an attempt while the store does not: without it, a short absence of the
    # store during a send would make the message uncertain.

    async def on_requested(self, event: Request) -> None:
        """Send a message to a customer, once."""
        record = await self._record(event)
        if record.delivery.state == "created":
            record = await self._decide(event, record)
        elif record.delivery.state == "sending":
            record = await self._resume(event, record)
        self._outcomes.pop(_attempt_of(record), None)
        await self.publisher.publish(*record.said.get(event.id, ()))

    async def _record(self, event: Request) -> Record:
        known = await self.deliveries.get(event.tenantid, event.id)
        return known or await self.deliveries.save(Record(event.tenantid, self._created(event)))

    def _created(self, event: Request) -> Delivery:
        return Delivery(
            id=event.id, conversation_id=event.partitionkey, correlation_id=event.correlationid,
            channel=event.data.channel, purpose=event.data.purpose, created_at=self.clock(),
        )  # fmt: skip

    async def _decide(self, event: Request, record: Record) -> Record:
        data = event.data
        opted_out = await self.consents.opted_out(event.tenantid, data.channel, data.personal.address)
        if may_send(data.purpose, opted_out=opted_out):
            return await self._attempt(event, record)
        return await self._conclude(event, record, record.delivery.suppressed(self.clock()))

    async def _resume(self, event: Request, record: Record) -> Record:
        return await self._settle(
            event, record, self._outcomes.get(_attempt_of(record)) or self._lost(record)
        )

    def _lost(self, record: Record) -> Outcome:
        """What is known of an attempt whose process died."""
        here = record.delivery.sending_from == self.departures.place
        # Noting the departure ourselves keeps a sender that only seemed dead from leaving after all.
        if here and self.departures.depart(*_attempt_of(record)):
            return NotAccepted("the sender stopped before the request left")
        return Unanswered("the sender stopped before the vendor's answer was kept")

    async def _attempt(self, event: Request, record: Record) -> Record:
        tenant = await self.tenants.get(event.tenantid)
        departure = _Departure(self, record)
        try:
            outcome: Outcome = await self.senders[event.data.channel].send(event, tenant, departure)
        except (NotAccepted, Refused, Unanswered) as told:
            outcome = told
        except PermanentError as error:
            outcome = Refused(str(error))
        if departure.announced:
            self._outcomes[_attempt_of(record)] = outcome
        return await self._settle(event, departure.announced or record, outcome)

    async def mark(self, record: Record) -> Record:
        """The last write before the request's body leaves. If it fails, nothing leaves."""
        self._outcomes[_attempt_of(record)] = NotAccepted("the store was away when the message was to leave")
        try:
            sending = replace(record, delivery=record.delivery.sending(self.clock(), self.departures.place))
            marked = await self.deliveries.save(sending)
        except Conflict as conflict:
            raise TransientError("another copy of this request is in hand") from conflict
        del self._outcomes[_attempt_of(record)]
        return marked

    async def _settle(self, event: Request, record: Record, outcome: Outcome) -> Record:
        """Keeps what became of an attempt."""
        match outcome:
            case Accepted():
                change = record.delivery.sent(self.clock(), outcome.vendor_message_id)
            case Refused():
                change = record.delivery.failed(self.clock(), outcome.code, outcome.reason)
            case NotAccepted():
                return await self._try_later(event, record, outcome)
            case Unanswered() if self._resends(event):
                return await self._try_later(event, record, NotAccepted(str(outcome)))
            case Unanswered():
                change = record.delivery.uncertain(self.clock(), str(outcome))
        try:
            return await self._conclude(event, record, change)
        except Conflict:
            # Another copy found `sending` and feared the worst, or a receipt overtook us. We know better.
            return await self._settle(event, await self._record(event), outcome)

    def _resends(self, event: Request) -> bool:
        return self.uncertain_sends == "resend" or self.senders[event.data.channel].repeatable

    async def _try_later(self, event: Request, record: Record, refusal: NotAccepted) -> Record:
        delivery = record.delivery.not_accepted()
        if delivery.tries >= self.tries:
            reason = f"given up after {delivery.tries} tries: {refusal}"
            return await self._conclude(event, record, delivery.failed(self.clock(), None, reason))
        with suppress(Conflict):
            await self.deliveries.save(replace(record, delivery=delivery))
        self._outcomes.pop(_attempt_of(record), None)
        raise refusal

    async def _conclude(self, event: Request, record: Record, delivery: Delivery) -> Record:
        """The outcome and what is said about it, in one write."""
        said = (*record.said.get(event.id, ()), *said_of(event, record.delivery, delivery, self.clock()))
        concluded = replace(record, delivery=delivery, said={**record.said, event.id: said})
        saved = await self.deliveries.save(concluded)
        self.departures.forget(*_attempt_of(record))
        CONCLUDED.labels(delivery.channel.value, delivery.state).inc()
        return saved


@dataclass
class _Departure:
    """One attempt on its way out."""

    sending: Sending
    record: Record
    announced: Record | None = None

    async def announce(self) -> None:
        self.announced = await self.sending.mark(self.record)

    def leave(self) -> None:
        if not self.sending.departures.depart(*_attempt_of(self.record)):
            raise NotAccepted("another sender has taken this attempt over")


def _attempt_of(record: Record) -> tuple[UUID, int]:
    return record.delivery.id, record.delivery.tries
