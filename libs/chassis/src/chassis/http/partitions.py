"""The read API of a keyed service's partitions. For Bellhop's own services alone."""

from fastapi import APIRouter, Depends, Request

from chassis.http.internal import internal_only
from chassis.messaging.inbox_state import InboxState, InboxStates

router = APIRouter(prefix="/internal/partitions", dependencies=[Depends(internal_only)])


@router.get("")
async def partitions(request: Request) -> InboxState:
    """How the inbox is divided, what waits in each partition, and how far a change is."""
    states: InboxStates = request.app.state.inbox
    return await states.now()
