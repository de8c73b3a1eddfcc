"""The read API: what is booked, and what is free. For Bellhop's own services alone."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter, ValidationError

from chassis.http.internal import internal_only
from chassis.http.problems import Problem
from chassis.storage import instant
from chassis.tenants import TenantUnknown
from contracts.bookings import AvailabilityRequested
from contracts.tenants import TenantConfig
from scheduler.domain.wish import Wish
from scheduler.listing import availability_item, booking_item
from scheduler.ports import Page

router = APIRouter(prefix="/internal/tenants/{tenant}", dependencies=[Depends(internal_only)])


async def _config(request: Request, tenant: str) -> TenantConfig:
    try:
        config: TenantConfig = await request.app.state.tenants.get(tenant)
    except TenantUnknown as unknown:
        raise Problem(404, "No such tenant", str(unknown)) from unknown
    return config


_LARGEST_PAGE = 1000
_MOST_FREE_TIMES = 50
_EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def _in_calendar(moment: datetime) -> datetime:
    """At the very ends of the calendar another zone's time would lie outside it; nothing is booked there."""
    return min(max(moment, _EARLIEST), _LATEST)


Moment = Annotated[AwareDatetime, AfterValidator(_in_calendar)]

_CURSOR = TypeAdapter(tuple[Moment, Annotated[int, Field(ge=0, le=100_000)]])

Config = Annotated[TenantConfig, Depends(_config)]
From = Annotated[Moment | None, Query(alias="from")]
To = Annotated[Moment | None, Query(alias="to")]


@router.get("/bookings")
async def bookings(
    *,
    request: Request,
    tenant: str,
    config: Config,
    start: From = None,
    end: To = None,
    status: Literal["confirmed", "cancelled"] | None = None,
    limit: Annotated[int, Query(ge=1)] = 200,
    after: str | None = None,
) -> dict[str, Any]:
    """Appointments by start, 1000 at most. `next` goes into `after` for the page that follows."""
    if after:
        start, skip = _continued(after)
    else:
        skip = 0
    page = Page(start, end, status, min(limit, _LARGEST_PAGE), skip)
    found = await request.app.state.bookings.agreed(tenant, page)
    items = [booking_item(one, config) for one in found]
    return {"items": items, "next": _cursor([item["start_utc"] for item in items], page)}


@router.get("/availability")
async def availability(
    *,
    request: Request,
    tenant: str,
    config: Config,
    service_id: str,
    start: Annotated[Moment, Query(alias="from")],
    end: Annotated[Moment, Query(alias="to")],
    resource_id: str | None = None,
    limit: Annotated[int, Query(ge=1)] = 20,
) -> dict[str, Any]:
    """Free times for a service, soonest first; `within` says whether they lie in the span asked for."""
    if config.service(service_id) is None:
        raise Problem(404, "No such service")
    asked = AvailabilityRequested(
        service_id=service_id,
        resource_id=resource_id,
        earliest=start,
        latest=end,
        limit=min(limit, _MOST_FREE_TIMES),
    )
    wish = Wish(service_id, asked.earliest, request.app.state.clock(), resource_id=resource_id)
    found = await request.app.state.free_times.answer(tenant, config, asked, wish)
    items = [availability_item(slot, config) for slot in found.slots]
    return {"items": items, "within": found.within, "next": None}


def _cursor(starts: list[str], page: Page) -> str | None:
    """Where the next page begins: at the last start shown, past those of that start already shown."""
    if len(starts) < page.limit:
        return None
    last = starts[-1]
    shown = starts.count(last)
    if shown == page.limit and page.start and instant(page.start) == last:
        shown += page.skip
    return f"{last}~{shown}"


def _continued(cursor: str) -> tuple[datetime, int]:
    try:
        return _CURSOR.validate_python(tuple(cursor.split("~")))
    except ValidationError as error:
        raise Problem(422, "The cursor is not one of ours") from error
