"""The internal read API of pauses: what is paused for a business, and how much waits in this service."""

from collections import Counter
from typing import Any, Final

from fastapi import APIRouter, Depends, Request

from chassis.http.internal import internal_only
from chassis.messaging.holding import Holding
from chassis.pauses import Pause, Pauses
from contracts.operations import Capability

router = APIRouter(prefix="/internal/tenants/{tenant}/pauses", dependencies=[Depends(internal_only)])

_PAGE: Final = 500


@router.get("")
async def pauses(request: Request, tenant: str) -> dict[str, Any]:
    """What is paused, and what was and has not gone on everywhere yet (`paused` is false then)."""
    known: Pauses = request.app.state.pauses
    conversations, events = await _waiting(request.app.state.holding, tenant)
    return {
        "items": [
            _shown(one, conversations[one.capability], events[one.capability])
            for one in await known.of(tenant)
            if one.paused or conversations[one.capability]
        ]
    }


async def _waiting(holding: Holding, tenant: str) -> tuple[Counter[Capability], Counter[Capability]]:
    """Conversations and events that wait, per capability."""
    conversations, events = Counter[Capability](), Counter[Capability]()
    skip = 0
    while page := await holding.conversations(tenant=tenant, reason="paused", limit=_PAGE, skip=skip):
        for held in page:
            if held.capability:
                conversations[held.capability] += 1
                events[held.capability] += held.count
        skip += len(page)
    return conversations, events


def _shown(pause: Pause, conversations: int, events: int) -> dict[str, Any]:
    shown = pause.model_dump(mode="json", exclude={"changed"})
    return {**shown, "conversations": conversations, "events": events}
