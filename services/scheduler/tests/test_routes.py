"""The read API, without a broker: the application's routes over a real store."""

from uuid import UUID

import httpx
import pytest

from chassis.tenants import TenantUnknown
from scheduler.main import app

TOKEN = {"Authorization": "Bearer bellhop-demo-internal-token"}


@pytest.fixture
async def api(scheduler):
    class Tenants:
        async def get(self, tenant):
            if tenant not in scheduler.tenants.configs:
                raise TenantUnknown(tenant)
            return scheduler.tenants.configs[tenant]

    app.state.tenants, app.state.bookings = Tenants(), scheduler.bookings
    app.state.free_times, app.state.clock = scheduler.free_times, scheduler.clock
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://scheduler", headers=TOKEN) as client:
        yield client


async def test_a_booking_as_it_is_listed(api, scheduler, customers, rome):
    booking = UUID(int=1)
    await scheduler.take(customers.books(rome(25, 15), booking=booking, resource="marco"))

    answer = await api.get("/internal/tenants/lyo/bookings")

    assert answer.json() == {
        "items": [
            {
                "id": str(booking),
                "status": "confirmed",
                "service_id": "cut",
                "service": "Taglio",
                "resource_id": "marco",
                "staff": "Marco",
                "start": "2026-11-25T15:00:00+01:00",
                "end": "2026-11-25T15:30:00+01:00",
                "start_utc": "2026-11-25T14:00:00.000000Z",
                "customer": {"name": "Anna", "channel": "whatsapp", "address": "393331234567"},
                "conversation_id": "a conversation",
                "created_at": "2026-11-20T09:00:00.000000Z",
                "updated_at": "2026-11-20T09:00:00.000000Z",
                "reminder_at": "2026-11-24T14:00:00.000000Z",
            }
        ],
        "next": None,
    }


async def test_lists_by_time_and_status_and_never_what_was_refused(api, scheduler, customers, rome):
    confirmed = await scheduler.take(customers.books(rome(25, 15)))
    over = await scheduler.take(customers.books(rome(26, 15)))
    await scheduler.take(customers.cancels(over.appointment.booking_id))
    await scheduler.take(customers.books(rome(23, 15)))  # closed, refused

    async def ids(**query):
        answer = await api.get("/internal/tenants/lyo/bookings", params=query)
        return [item["id"] for item in answer.json()["items"]]

    first, second = str(confirmed.appointment.booking_id), str(over.appointment.booking_id)
    assert await ids() == [first, second]
    assert await ids(status="confirmed") == [first]
    assert await ids(status="cancelled") == [second]
    assert await ids(**{"from": "2026-11-26T00:00:00+01:00"}) == [second]
    assert await ids(to="2026-11-26T00:00:00+01:00") == [first]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_pages_show_everything_once(api, scheduler, customers, rome, limit):
    for hour in (9, 10, 15):
        for resource in ("giulia", "marco"):
            await scheduler.take(customers.books(rome(25, hour), resource=resource))
    query, seen = {"limit": limit}, []
    for _ in range(10):
        page = (await api.get("/internal/tenants/lyo/bookings", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert len(seen) == 6
    assert len(set(seen)) == 6


async def test_pages_have_a_largest_size(api, scheduler, customers, rome):
    await scheduler.take(customers.books(rome(25, 15)))
    answer = await api.get("/internal/tenants/lyo/bookings", params={"limit": 10**20})
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 1


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z"])
async def test_the_ends_of_the_calendar_are_times_like_others(api, scheduler, customers, rome, end):
    await scheduler.take(customers.books(rome(25, 15)))
    span = {"from": "0001-01-01T00:00:00+14:00", "to": end}

    listed = await api.get("/internal/tenants/lyo/bookings", params=span)
    free = await api.get("/internal/tenants/lyo/availability", params={"service_id": "cut", **span})

    assert len(listed.json()["items"]) == 1
    assert free.json()["items"]


async def test_what_is_free(api, rome):
    span = {"from": rome(25, 9).isoformat(), "to": rome(25, 10).isoformat()}
    answer = await api.get("/internal/tenants/lyo/availability", params={"service_id": "cut", **span})
    assert answer.json()["within"]
    assert answer.json()["items"][0] == {
        "start": "2026-11-25T09:00:00+01:00",
        "start_utc": "2026-11-25T08:00:00.000000Z",
        "resource_id": "giulia",
        "staff": "Giulia",
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/internal/tenants/nobody/bookings", 404),
        (
            "/internal/tenants/nobody/availability?service_id=cut&from=2026-11-25T00:00Z&to=2026-11-26T00:00Z",
            404,
        ),
        ("/internal/tenants/lyo/availability?service_id=no&from=2026-11-25T00:00Z&to=2026-11-26T00:00Z", 404),
        ("/internal/tenants/lyo/bookings?after=never", 422),
        ("/internal/tenants/lyo/bookings?after=2026-11-25T00:00:00~1", 422),
        ("/internal/tenants/lyo/bookings?after=2026-11-25T00:00:00Z~-1", 422),
        ("/internal/tenants/lyo/bookings?from=2026-11-25T00:00:00", 422),
        ("/internal/tenants/lyo/bookings?status=refused", 422),
    ],
)
async def test_questions_that_cannot_be_answered(api, path, status):
    answer = await api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_only_our_own_services_may_ask(api):
    answer = await api.get("/internal/tenants/lyo/bookings", headers={"Authorization": "Bearer no"})
    assert answer.status_code == 401


async def test_a_tenant_sees_its_own_bookings_alone(api, scheduler, customers, rome):
    await scheduler.take(customers.books(rome(25, 15)))
    assert (await api.get("/internal/tenants/study/bookings")).json()["items"] == []
