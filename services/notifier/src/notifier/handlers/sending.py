"""Sending a message once.

Three writes frame the vendor call: `created` before anything, `sending` directly before the request's body
leaves, and the outcome together with what is said about it. A redelivery that finds an outcome says it
again; one that finds `created` sends. One that finds `sending` meets a process that died in between: if this
machine knows that the attempt never left, it is sent; else mostly the vendor got it, so the message is
`uncertain`, and sent again only as the business or a person decides (see `doubts`).

Deliveries are kept for good, so a request that is redriven out of the record is known if it was ever handled;
unless it is older than all that is known of its business: then it may have been sent, and is not sent again.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from prometheus_client import Counter

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.observability.logging import get_logger
from chassis.storage import Conflict
from notifier.domain.delivery import Delivery
from notifier.domain.doubt import Doubt
from notifier.domain.policy import may_send
from notifier.handlers.attempts import Attempts, Outcome, Request
from notifier.handlers.doubts import OpenDoubts, count_settled
from notifier.handlers.statements import said_of
from notifier.ports import (
    Accepted,
    Consents,
    Deliveries,
    NotAccepted,
    Publisher,
    RateLimited,
    Record,
    Refused,
    Unanswered,
)

CONCLUDED = Counter("bellhop_deliveries_total", "Outgoing messages by their outcome", ["channel", "state"])

_BETWEEN_TRIES = 5.0

log = get_logger(__name__)


@dataclass(frozen=True)
class Sending:
    """Handles message-send.requested.

    `tries` is how often the vendor may turn a message away for now, `patience` for how long it may slow one
    down.
    """

    deliveries: Deliveries
    consents: Consents
    attempts: Attempts
    doubts: OpenDoubts
    publisher: Publisher
    clock: Clock
    tries: int
    patience: timedelta

    async def on_requested(self, event: Request) -> None:
        """Send a message to a customer, once."""
        await self._handled(event)

    async def _handled(self, event: Request) -> Doubt | None:
        """Handles it; or says what it waits behind."""
        try:
            return await self._handle(event)
        except Conflict as conflict:
            raise TransientError("another copy of this request is in hand") from conflict

    async def _handle(self, event: Request) -> Doubt | None:
        if event.redrivenfrom and await self._precedes_memory(event, event.redrivenfrom):
            log.info("redriven, and older than all that is known: not sent")
            return None
        record = await self._record(event)
        again = record.delivery.state != "created"
        if not again:
            if doubt := await self.doubts.waits(event):
                return doubt
            record = await self._decide(event, record)
        elif record.delivery.state == "sending":
            record = await self._settle(event, record, self.attempts.outcome_of(record))
        self.attempts.stored(record)
        await self.publisher.publish(*record.said.get(event.id, ()))
        if again or record.delivery.doubted:
            await self._go_on_behind(record)
        return None

    async def _go_on_behind(self, record: Record) -> None:
        """What waited behind a doubt goes out, in order, before anything else of the conversation."""
        while waiting := await self.doubts.behind(record):
            try:
                doubt = await self._handled(waiting)
            except NotAccepted as refusal:
                # Each of them has its own number of tries; together they must not park the conversation.
                pause = refusal.retry_after or _BETWEEN_TRIES
                raise RateLimited(f"one that waited: {refusal}", retry_after=pause) from refusal
            if doubt and doubt.message_id == record.delivery.id:
                return  # another copy, behind the times, has opened it once more; it will end again
            await self.doubts.gone(record, waiting)

    async def _precedes_memory(self, event: Request, since: datetime) -> bool:
        if await self.deliveries.get(event.tenantid, event.id):
            return False
        oldest = await self.deliveries.oldest(event.tenantid)
        return oldest is None or since <= oldest.created_at

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
        record = replace(record, delivery=record.delivery.looked_up(opted_out=opted_out))
        if may_send(data.purpose, opted_out=opted_out):
            announced, outcome = await self.attempts.make(event, record)
            return await self._settle(event, announced, outcome)
        return await self._conclude(event, record, record.delivery.suppressed(self.clock()))

    async def _settle(self, event: Request, record: Record, outcome: Outcome) -> Record:
        """Keeps what became of an attempt."""
        match outcome:
            case Accepted():
                change = record.delivery.sent(self.clock(), outcome.vendor_message_id)
            case Refused():
                change = record.delivery.failed(self.clock(), outcome.code, outcome.reason)
            case NotAccepted():
                return await self._try_later(event, record, outcome)
            case Unanswered() if self.attempts.repeatable(event.data.channel):
                return await self._try_later(event, record, NotAccepted(str(outcome)))
            case Unanswered():
                change = record.delivery.uncertain(self.clock(), str(outcome))
        if change.state == "uncertain":
            await self.doubts.open(event, record.delivery, str(outcome))
        try:
            return await self._conclude(event, record, change)
        except Conflict:
            return await self._correct(event, record, outcome)

    async def _correct(self, event: Request, record: Record, outcome: Outcome) -> Record:
        """Another copy found `sending` and feared the worst, or a receipt overtook us: we know better.

        Not of an attempt that came after ours, though, unless ours has arrived.
        """
        current = await self._record(event)
        if current.delivery.tries != record.delivery.tries and not isinstance(outcome, Accepted):
            return current
        settled = await self._settle(event, current, outcome)
        await self.doubts.known(settled)
        return settled

    async def _try_later(self, event: Request, record: Record, refusal: NotAccepted) -> Record:
        delivery = self._turned_away(record.delivery, refusal)
        if reason := self._given_up(delivery, refusal):
            return await self._conclude(event, record, delivery.failed(self.clock(), None, reason))
        with suppress(Conflict):
            await self.deliveries.save(replace(record, delivery=delivery))
        self.attempts.stored(record)
        raise refusal

    def _turned_away(self, delivery: Delivery, refusal: NotAccepted) -> Delivery:
        if not isinstance(refusal, RateLimited):
            return delivery.not_accepted()
        now, seconds = self.clock(), refusal.retry_after
        return delivery.limited(now, now + timedelta(seconds=seconds) if seconds else None)

    def _given_up(self, delivery: Delivery, refusal: NotAccepted) -> str | None:
        if delivery.turned_away >= self.tries:
            return f"given up after {delivery.turned_away} tries: {refusal}"
        since = delivery.limited_since
        if isinstance(refusal, RateLimited) and since and self.clock() - since > self.patience:
            return f"slowed down by the vendor for too long: {refusal}"
        return None

    async def _conclude(self, event: Request, record: Record, delivery: Delivery) -> Record:
        """The outcome and what is said about it, in one write."""
        before = record.said.get(event.id, ())
        known = {one.id for one in before}  # a second doubt about one message is the first one over again
        news = said_of(event, record.delivery, delivery, self.clock())
        said = (*before, *(one for one in news if one.id not in known))
        concluded = replace(record, delivery=delivery, said={**record.said, event.id: said})
        saved = await self.deliveries.save(concluded)
        # Else a sender that only seemed dead must still find that it may not leave.
        self.attempts.stored(record, for_good=delivery.state == "sent")
        CONCLUDED.labels(delivery.channel.value, delivery.state).inc()
        count_settled(record.delivery, delivery, by=delivery.again_by or "answer")
        return saved
