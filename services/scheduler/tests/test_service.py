"""The service as it runs, on a real broker: from a tenant and a wish to the answer and the list."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from chassis.messaging.broker import build_broker, connect
from chassis.messaging.publisher import EventPublisher
from chassis.service import service_app
from contracts import channels, events
from contracts.bookings import BookingConfirmed, BookingRefused, ReminderDue
from contracts.tenants import TenantConfigured
from scheduler import routes
from scheduler.main import wire
from scheduler.settings import SchedulerSettings

pytestmark = pytest.mark.servers


@pytest.fixture
def settings(rabbitmq_url, redis_url, tmp_path):
    return SchedulerSettings(
        rabbitmq_url=rabbitmq_url, redis_url=redis_url, store_url=f"sqlite://{tmp_path}/store"
    )


@pytest.fixture
async def service(settings):
    app = service_app("scheduler", settings, wire, routers=[routes.router])
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def heard(service, rabbitmq_url):
    """What anybody on the broker hears of bookings."""
    async with await connect(rabbitmq_url, "test") as connection, connection.channel() as channel:
        queue = await channel.declare_queue(exclusive=True)
        for topic in ("booking.#", "reminder.#"):
            await queue.bind(channels.EVENTS, topic)
        inbox = asyncio.Queue()

        async def keep(message):
            event = events.read(message.body)
            if event.type != "booking.requested.v1":
                await inbox.put(event)

        await queue.consume(keep, no_ack=True)
        yield inbox


@pytest.fixture
async def publish(service, rabbitmq_url):
    broker = build_broker(rabbitmq_url, "test", 5)
    await broker.start()
    yield EventPublisher(broker).publish
    await broker.stop()


async def test_two_customers_one_time_and_a_reminder(*, service, heard, publish, customers, new_salon):
    noon_there = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # so that no run of this test meets a midnight
    week = {day: ["00:00-23:59"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    week |= {day: ["00:00-23:59"] for day in ("saturday", "sunday")}
    config = new_salon(
        timezone=noon_there,
        hours=week,
        booking={"reminder_hours": 1},
        staff=[{"id": "giulia", "name": "Giulia"}],
    )
    now = datetime.now(UTC)
    start = (now + timedelta(hours=1, seconds=4)).replace(microsecond=0)
    configured = TenantConfigured(version=1, config=config)
    wishes = [customers.books(start, at=now) for _ in range(2)]
    await publish(customers.of(configured), *wishes)

    answers = [(await asyncio.wait_for(heard.get(), 30)).data for _ in range(2)]
    (confirmed,) = [one for one in answers if isinstance(one, BookingConfirmed)]
    (refused,) = [one for one in answers if isinstance(one, BookingRefused)]
    assert refused.reason == "taken"
    assert len(refused.alternatives) == 3

    reminder = (await asyncio.wait_for(heard.get(), 30)).data
    assert reminder == ReminderDue(appointment=confirmed.appointment)

    token = {"Authorization": "Bearer bellhop-demo-internal-token"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="http://x") as api:
        listed = await api.get("/internal/tenants/lyo/bookings", headers=token)
        ready = await api.get("/health/ready")
    assert [item["id"] for item in listed.json()["items"]] == [str(confirmed.appointment.booking_id)]
    assert ready.status_code == 200
