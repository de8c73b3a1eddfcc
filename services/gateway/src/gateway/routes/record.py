"""What was recorded, by any id, for administrators."""

from datetime import datetime
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from chassis.http.problems import Problem
from chassis.observability.logging import get_logger
from gateway.adapters.record_index import Found, Scope
from gateway.routes.authentication import Administrator
from gateway.routes.parts import FromGateway

LONGEST_REF: Final = 512

router = APIRouter(prefix="/api/v1/record", tags=["record"])

log = get_logger(__name__)


class Newest(BaseModel):
    """How much of it: recorded since, the newest so many events."""

    since: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=5000)] = 500


class Wanted(Newest):
    """Also: of a conversation or of turns."""

    scope: Scope | None = None


@router.get("/{ref:path}")
async def record(
    ref: str, wanted: Annotated[Wanted, Query()], gateway: FromGateway, who: Administrator
) -> Response:
    """All that was recorded of a conversation, or of the turns an id belongs to: the newest `limit` events.

    `ref`: a phone number, chat id or session; a conversation's id; or the id of an event, a correlation, a
    message (ours or the vendor's), a booking. Without `scope` the first two mean the conversation, the others
    their turns. `more`: there are older ones. `behind`: events after `indexed_until` are not found yet.
    """
    found = await gateway.record.find(
        ref[:LONGEST_REF], since=wanted.since, limit=wanted.limit, scope=wanted.scope
    )
    log.info("record read", by=who.email, scope=found.scope, events=len(found.events))
    if not found.events:
        raise unknown(found)
    return Response(_json(found), media_type="application/json")


def unknown(found: Found) -> Problem:
    """The 404 for an id that the record does not know, or does not know yet."""
    until = _written(found.indexed_until)
    detail = (
        f"What was recorded until {until} has been looked through" if until else "The index is being built"
    )
    if found.behind:
        detail += f"; {found.behind} events later are still to be indexed: try again"
    return Problem(
        404, "Nothing is recorded under this id", f"{detail}.", indexed_until=until, behind=found.behind
    )


def _json(found: Found) -> bytes:
    # The bodies are JSON as they lie in the record; reading and writing them anew would only cost time.
    events = orjson.Fragment(b"[" + b",".join(one.body for one in found.events) + b"]")
    return orjson.dumps(
        {
            "scope": found.scope,
            "events": events,
            "indexed_until": _written(found.indexed_until),
            "behind": found.behind,
            "more": found.more,
        }
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
