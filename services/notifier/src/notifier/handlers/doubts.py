"""Doubts about messages: what is kept of them, what waits behind them, and how they end.

Where a business wants messages in doubt sent again by themselves, what follows in the conversation waits
until that is over, or it would overtake. It waits here and not in the queue, so that receipts get through.
"""

from dataclasses import dataclass
from typing import Any, Final

from prometheus_client import Counter

from chassis.clock import Clock
from chassis.storage import Conflict
from contracts.envelope import Event
from contracts.lanes import lane_of
from contracts.messages import MessageSendRequested
from notifier.domain.delivery import Delivery, State
from notifier.domain.doubt import Doubt, Kept, resend_at
from notifier.handlers.doubtful_sends import failure_of
from notifier.ports import Doubts, Publisher, Record, SettledFailures, Tenants

SETTLED = Counter(
    "bellhop_deliveries_uncertain_settled_total",
    "Doubts about messages that ended, by what ended them: answer, receipt, resend, person, left",
    ["by"],
)


UNDECIDED: Final[tuple[State, ...]] = ("created", "sending", "uncertain")
"""States in which a doubt goes on."""

Request = Event[MessageSendRequested]


def count_settled(before: Delivery, after: Delivery, *, by: str) -> None:
    """Counts a doubt that ends by this change."""
    if before.doubted and before.state in UNDECIDED and after.state not in UNDECIDED:
        SETTLED.labels(by).inc()


def _pending(delivery: Delivery, doubt: Doubt) -> bool:
    """Whether what waits behind this message has to go on waiting."""
    if delivery.state == "uncertain":
        return doubt.blocking
    return delivery.state in UNDECIDED


def _settles_itself(delivery: Delivery, doubt: Doubt) -> bool:
    """Whether a person was asked, and a receipt or a late answer came before what that person decided."""
    return doubt.due_at is None or (doubt.by_person and delivery.again_by != "person")


@dataclass(frozen=True)
class OpenDoubts:
    """Opens, keeps and ends doubts."""

    doubts: Doubts
    tenants: Tenants
    publisher: Publisher
    settled: SettledFailures
    clock: Clock

    async def open(self, request: Request, delivery: Delivery, reason: str) -> None:
        """A doubt about the attempt in hand. Written before the delivery says so, thus never missing."""
        rules = (await self.tenants.get(request.tenantid)).sending
        now = self.clock()
        due = resend_at(now, delivery.resends) if rules.uncertain == "resend" else None
        known = await self.doubts.get(request.tenantid, delivery.id)
        if known and known.tries >= delivery.tries:
            return  # opened before, or we are another copy, behind the times
        doubt = Doubt(
            tenant=request.tenantid, message_id=delivery.id, conversation_id=delivery.conversation_id,
            lane=lane_of(request.data), tries=delivery.tries, reason=reason,
            since=known.since if known else now,
            due_at=due, blocking=due is not None, job=known.job if known else None,
            personal=Kept(request=request, behind=known.personal.behind if known else ()),
            version=known.version if known else 0,
        )  # fmt: skip
        try:
            await self.doubts.save(doubt)
        except Conflict:
            await self.open(request, delivery, reason)

    async def waits(self, request: Request) -> Doubt | None:
        """The doubt of its conversation behind which it must wait; then it is kept there."""
        if (await self.tenants.get(request.tenantid)).sending.uncertain != "resend":
            return None
        for doubt in await self.doubts.blocking(request.tenantid, request.partitionkey):
            if doubt.message_id != request.id and doubt.lane == lane_of(request.data):
                return doubt if await self._queue(doubt, request) else await self.waits(request)
        return None

    async def _queue(self, doubt: Doubt, request: Request) -> bool:
        kept = doubt.personal
        if request.id in {one.id for one in kept.behind}:
            return True
        more = kept.model_copy(update={"behind": (*kept.behind, request)})
        return await self.changed(doubt, personal=more)

    async def behind(self, record: Record) -> Request | None:
        """What goes out next of what waited behind this message. From now on nothing new waits there."""
        doubt = await self.doubts.get(record.tenant, record.delivery.id)
        if doubt is None or _pending(record.delivery, doubt):
            return None
        if doubt.blocking:
            await self.changed(doubt, blocking=False)
            return await self.behind(record)
        if doubt.personal.behind:
            return doubt.personal.behind[0]
        await self._end(record, doubt)
        return None

    async def gone(self, record: Record, sent: Request) -> None:
        """One of those waits no more."""
        doubt = await self.doubts.get(record.tenant, record.delivery.id)
        if doubt is None:
            return
        left = tuple(one for one in doubt.personal.behind if one.id != sent.id)
        if not await self.changed(doubt, personal=doubt.personal.model_copy(update={"behind": left})):
            await self.gone(record, sent)

    async def _end(self, record: Record, doubt: Doubt) -> None:
        """Drops it once the message is known to be sent, failed or held back."""
        if record.delivery.state in UNDECIDED:
            return
        if _settles_itself(record.delivery, doubt):
            known = f"it is {record.delivery.state}"
            await self.settled.resolve(failure_of(doubt), by="the vendor", reason=known)
        try:
            await self.doubts.drop(doubt)
        except Conflict:
            await self.known(record)

    async def known(self, record: Record) -> None:
        """It turned out what became of a message, without its request: those behind it go on."""
        doubt = await self.doubts.get(record.tenant, record.delivery.id)
        if doubt is None:
            return
        if doubt.personal.behind:
            await self.publisher.publish(doubt.personal.request)
        else:
            await self._end(record, doubt)

    async def changed(self, doubt: Doubt, **changes: Any) -> bool:
        """One write; False if somebody else wrote first."""
        try:
            await self.doubts.save(doubt.model_copy(update=changes))
        except Conflict:
            return False
        return True
