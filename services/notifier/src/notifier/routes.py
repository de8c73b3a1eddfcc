"""The notifier's internal read API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from chassis.http.internal import internal_only
from notifier.domain.delivery import Delivery, State
from notifier.ports import Deliveries

router = APIRouter(prefix="/internal", dependencies=[Depends(internal_only)])

_LARGEST_PAGE = 500

_SHOWN = (
    "id", "conversation_id", "state", "channel", "purpose", "vendor_message_id", "created_at", "sent_at",
    "delivered_at", "read_at", "failed_reason", "uncertain_at", "uncertain_reason", "again_by",
)  # fmt: skip


@router.get("/tenants/{tenant}/deliveries")
async def deliveries(
    request: Request,
    tenant: str,
    conversation: str | None = None,
    state: State | None = None,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> dict[str, Any]:
    """What became of a tenant's messages, newest first; of a conversation or in a state if asked."""
    limit = min(limit, _LARGEST_PAGE)
    store: Deliveries = request.app.state.deliveries
    if conversation:
        talk = await store.of_conversation(tenant, conversation, _LARGEST_PAGE if state else limit)
        found = [one for one in talk if state in (None, one.state)][:limit]
    else:
        found = await store.newest(tenant, limit, state)
    return {"items": [_shown(delivery) for delivery in found], "next": None}


def _shown(delivery: Delivery) -> dict[str, Any]:
    return delivery.model_dump(mode="json", include=set(_SHOWN))
