"""The notifier's internal read API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from chassis.http.internal import internal_only
from notifier.domain.delivery import Delivery
from notifier.ports import Deliveries

router = APIRouter(prefix="/internal", dependencies=[Depends(internal_only)])

_LARGEST_PAGE = 500

_SHOWN = (
    "id", "conversation_id", "state", "channel", "purpose", "vendor_message_id", "created_at", "sent_at",
    "delivered_at", "read_at", "failed_reason",
)  # fmt: skip


@router.get("/tenants/{tenant}/deliveries")
async def deliveries(
    request: Request,
    tenant: str,
    conversation: str | None = None,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> dict[str, Any]:
    """What became of a tenant's messages, newest first, 500 at most; of one conversation if asked."""
    limit = min(limit, _LARGEST_PAGE)
    store: Deliveries = request.app.state.deliveries
    found = (
        await store.of_conversation(tenant, conversation, limit)
        if conversation
        else await store.newest(tenant, limit)
    )
    return {"items": [_shown(delivery) for delivery in found], "next": None}


def _shown(delivery: Delivery) -> dict[str, Any]:
    return delivery.model_dump(mode="json", include=set(_SHOWN))
