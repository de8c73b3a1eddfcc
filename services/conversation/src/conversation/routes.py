"""The read API: who talks to the business, and what was said. For Bellhop's own services alone."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator, AwareDatetime

from chassis.http.internal import internal_only
from chassis.http.problems import Problem
from conversation.domain.state import Conversation, KnownBooking
from conversation.ports import Conversations, Transcript

router = APIRouter(prefix="/internal/tenants/{tenant}/conversations", dependencies=[Depends(internal_only)])

_LARGEST_PAGE = 500
_EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def _in_calendar(moment: datetime) -> datetime:
    """At the very ends of the calendar another zone's time would lie outside it; nothing was said there."""
    return min(max(moment, _EARLIEST), _LATEST)


Moment = Annotated[AwareDatetime, AfterValidator(_in_calendar)]


@router.get("")
async def conversations(
    request: Request,
    tenant: str,
    limit: Annotated[int, Query(ge=1)] = 100,
    before: Moment | None = None,
) -> dict[str, Any]:
    """Newest first, 500 at most and those as old as the last. `next` goes into `before` for the next page."""
    kept: Conversations = request.app.state.conversations
    most = min(limit, _LARGEST_PAGE)
    items = [_item(one) for one in await kept.newest(tenant, most, before)]
    return {"items": items, "next": items[-1]["updated_at"] if len(items) >= most else None}


@router.get("/{conversation_id}")
async def conversation(
    request: Request,
    tenant: str,
    conversation_id: str,
    limit: Annotated[int, Query(ge=1)] = 100,
) -> dict[str, Any]:
    """One conversation, its appointments, and its newest messages (500 at most) in the order said."""
    kept: Conversations = request.app.state.conversations
    transcript: Transcript = request.app.state.transcript
    found = await kept.get(tenant, conversation_id)
    if found is None:
        raise Problem(404, "No such conversation")
    lines = await transcript.of(tenant, conversation_id, min(limit, _LARGEST_PAGE))
    return {
        **_item(found),
        "bookings": [_booking(one) for one in found.bookings],
        "messages": [line.model_dump(mode="json") for line in lines],
    }


def _item(conversation: Conversation) -> dict[str, Any]:
    shown = conversation.model_dump(mode="json", include={"id", "language", "opted_out", "updated_at"})
    contact = conversation.contact
    return {
        **shown,
        "channel": contact.channel if contact else None,
        "customer": {
            "name": conversation.customer_name,
            "address": contact.address if contact else None,
        },
        "last_text": conversation.turns[-1].text if conversation.turns else None,
    }


def _booking(known: KnownBooking) -> dict[str, Any]:
    status = "cancelled" if known.cancelled else "confirmed"
    return {**known.appointment.model_dump(mode="json"), "status": status}
