"""Messages in doubt as failures that somebody repairs: retry sends again, discard leaves it as it is."""

from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from chassis.failures.failure import Failure, page
from chassis.failures.source import CannotBeRetried, Order
from chassis.storage import Conflict
from contracts.envelope import Event
from contracts.messages import MessageSendRequested
from contracts.operations import FailureKind
from notifier.domain.doubt import Doubt
from notifier.handlers.doubtful_sends import failure_of
from notifier.handlers.resending import Resending
from notifier.ports import Doubts

_MOST: Final = 10_000


class UncertainSends:
    """See FailureSource. A failure's id is the message's."""

    kind: FailureKind = "uncertain"

    def __init__(self, doubts: Doubts, resending: Resending) -> None:
        self._doubts = doubts
        self._resending = resending

    async def find(self, *, after: str = "", limit: int = 200) -> list[Failure]:
        """See FailureSource. What will be sent again by itself is none."""
        failures = [failure_of(one) for one in await self._doubts.oldest(_MOST) if _asks(one)]
        return page(failures, after, limit)

    async def get(self, failure: UUID) -> Failure | None:
        """See FailureSource."""
        doubt = await self._doubts.about(failure)
        return failure_of(doubt) if doubt and _asks(doubt) else None

    async def retry(self, failure: Failure, order: Order) -> None:
        """See FailureSource. Nothing is left to do when a receipt came first."""
        doubt = await self._doubts.about(failure.id)
        if doubt is None:
            return
        try:
            await self._resending.send_again(doubt, order.job, _request(doubt, order))
        except Conflict:
            await self.retry(failure, order)

    async def discard(self, failure: Failure, order: Order) -> None:
        """See FailureSource. The delivery stays uncertain, and a receipt still settles it."""
        doubt = await self._doubts.about(failure.id)
        if doubt is None or not _asks(doubt):
            return
        try:
            await self._resending.leave(doubt)
        except Conflict:
            await self.discard(failure, order)


def _asks(doubt: Doubt) -> bool:
    return not doubt.blocking


def _request(doubt: Doubt, order: Order) -> Event[MessageSendRequested]:
    """What shall be sent: as it was, or as the person wrote it."""
    before = doubt.personal.request
    if order.edited is None:
        return before
    try:
        edited = Event[MessageSendRequested].model_validate(order.edited)
    except ValidationError as error:
        raise CannotBeRetried(f"the edited message breaks its contract: {error.errors()[0]['msg']}") from None
    if _identity(edited) != _identity(before):
        raise CannotBeRetried("an edited message keeps its id, type, tenant, channel and conversation")
    return edited


def _identity(request: Event[MessageSendRequested]) -> tuple[Any, ...]:
    return request.id, request.type, request.tenantid, request.partitionkey, request.data.channel
