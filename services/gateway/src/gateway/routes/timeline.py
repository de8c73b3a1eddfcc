"""What led to what, and why a message was sent or not, for administrators."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, tzinfo
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic_core import from_json

from chassis.http.problems import Problem
from chassis.observability.logging import get_logger
from chassis.record import Recorded
from gateway.adapters.record_index import Found, RecordIndex
from gateway.domain.timeline import Told, missing, timeline_of
from gateway.domain.why import Why, conversation_of, why
from gateway.routes.authentication import Administrator
from gateway.routes.parts import FromGateway, Gateway
from gateway.routes.record import LONGEST_REF, Newest, unknown

_MOST_MISSING: Final = 20
"""Causes that are looked for one by one, where they lie outside of what was asked for."""

_OF_ONE_CONVERSATION: Final = 2000

router = APIRouter(prefix="/api/v1", tags=["record"])

log = get_logger(__name__)


@router.get("/timeline/{ref:path}", response_model=Told)
async def timeline(
    ref: str, wanted: Annotated[Newest, Query()], gateway: FromGateway, who: Administrator
) -> Response:
    """The turns of a conversation, or those an id belongs to, as trees of what caused what.

    `ref` is as for /api/v1/record. Durations are seconds; words name moments in the zone of the business.
    """
    found = await gateway.record.find(ref[:LONGEST_REF], since=wanted.since, limit=wanted.limit)
    log.info("timeline read", by=who.email, scope=found.scope, events=len(found.events))
    if not found.events:
        raise unknown(found)
    events = await _with_causes(gateway.record, found)
    # Thousands of events take parts of a second, which webhooks shall not wait for.
    page = await asyncio.to_thread(_told, found, events, await _zones(gateway, events))
    return Response(page, media_type="application/json")


def _told(found: Found, events: list[dict[str, Any]], zones: dict[str, tzinfo]) -> str:
    trees = timeline_of(events, zones)
    told = Told(
        turns=trees.turns, orphans=trees.orphans, indexed_until=found.indexed_until, behind=found.behind,
        more=found.more,
    )  # fmt: skip
    return told.model_dump_json()


@router.get("/why/{message_id:path}")
async def why_of(message_id: str, gateway: FromGateway, who: Administrator) -> Why:
    """Why a message went out or not, or what was decided about one that came in, with the proofs.

    By our id or the vendor's.
    """
    ref = message_id[:LONGEST_REF]
    found = await gateway.record.find(ref, limit=_OF_ONE_CONVERSATION)
    events = _raws(found)
    place = conversation_of(ref, events)
    if place is None:
        raise _no_message(found)
    tenant, conversation = place
    log.info("why read", by=who.email, tenant_id=tenant, conversation_id=conversation)
    for other in (conversation, tenant):  # the pauses of a business lie under its own name
        more = await gateway.record.find(other, limit=_OF_ONE_CONVERSATION, scope="conversation")
        events += _new(more, events)
    answer = await asyncio.to_thread(why, ref, events, await _zone(gateway, tenant))
    if answer is None:
        raise _no_message(found)
    return answer


async def _with_causes(index: RecordIndex, found: Found) -> list[dict[str, Any]]:
    """The events, and those above them: an earlier turn, and of an order to many conversations the order."""
    events = _raws(found)
    here = {one.conversation for one in found.events}
    for ref in sorted(await asyncio.to_thread(missing, events))[:_MOST_MISSING]:
        around = await index.find(ref, scope="turns")
        above = (one for one in _new(around, events) if one.get("partitionkey") in here or ref in _names(one))
        events += list(above)
    return events


def _new(found: Found, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = {one.get("id") for one in known}
    return [one for one in _raws(found) if one.get("id") not in ids]


def _names(event: dict[str, Any]) -> tuple[Any, ...]:
    data = event.get("data")
    return event.get("id"), data.get("vendor_message_id") if isinstance(data, dict) else None


def _no_message(found: Found) -> Problem:
    if not found.events:
        return unknown(found)
    detail = "This is the id of something else: `bellhop timeline` shows what, and the messages around it."
    return Problem(404, "No message has this id", detail)


def _raws(found: Found) -> list[dict[str, Any]]:
    """The events as JSON, as often as they were recorded."""
    return [_raw(one) for one in found.events for _ in range(found.copies.get(one.event_id, 1))]


def _raw(recorded: Recorded) -> dict[str, Any]:
    """The event's JSON; of a body that is none, what its message tells around it."""
    try:
        body = from_json(recorded.body)
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    return {
        "id": recorded.event_id, "type": recorded.type, "tenantid": recorded.tenant,
        "partitionkey": recorded.conversation, "correlationid": recorded.correlation,
        "data": recorded.body.decode(errors="replace"),
    }  # fmt: skip


async def _zones(gateway: Gateway, events: Iterable[dict[str, Any]]) -> dict[str, tzinfo]:
    tenants = {str(one.get("tenantid")) for one in events}
    return {tenant: await _zone(gateway, tenant) for tenant in tenants}


async def _zone(gateway: Gateway, tenant: str) -> tzinfo:
    config = await gateway.directory.get(tenant)
    return config.zone if config else UTC
