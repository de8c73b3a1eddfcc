"""The whole service on real servers: from the broker to the vendor and into the read API."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from chassis.clock import utc_now
from chassis.messaging.broker import build_broker
from chassis.messaging.publisher import EventPublisher
from chassis.sealing import SealedBox, open_secrets, seal_secrets
from chassis.service import service_app
from contracts.envelope import conversation_id, inbound_id
from contracts.events import first
from contracts.messages import Channel
from contracts.tenants import TenantConfigured
from notifier import routes
from notifier.main import wire
from notifier.settings import NotifierSettings

CONVERSATION = conversation_id("lyo", Channel.WHATSAPP, "393331234567")
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def settings(rabbitmq_url, redis_url, tmp_path, vendor) -> NotifierSettings:
    return NotifierSettings(
        rabbitmq_url=rabbitmq_url, redis_url=redis_url, store_url=f"sqlite://{tmp_path}",
        whatsapp_base_url=vendor.url,
    )  # fmt: skip


@asynccontextmanager
async def running(settings):
    app = service_app("notifier", settings, wire, routers=(routes.router,))
    broker = build_broker(settings.rabbitmq_url.get_secret_value(), "test", 5)
    async with app.router.lifespan_context(app), broker:
        transport = httpx.ASGITransport(app)
        token = {"Authorization": f"Bearer {settings.internal_token.get_secret_value()}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://notifier", headers=token) as api:
            yield EventPublisher(broker), api


async def deliveries(api, until):
    for _ in range(100):
        answer = await api.get(
            "/internal/tenants/lyo/deliveries", params={"conversation": CONVERSATION, "limit": 10_000}
        )
        if until(items := answer.json()["items"]):
            return items
        await asyncio.sleep(0.1)
    raise AssertionError(items)


@pytest.mark.servers
async def test_a_request_reaches_the_vendor_once_within_its_trace(settings, vendor, tenant, request_for):
    vendor.answers = [(200, {"messages": [{"id": "wamid.1"}]})]
    async with running(settings) as (publisher, api):
        await publisher.publish(_configured(tenant, settings))
        request = request_for(options=2).published(PARENT, taken=None, now=utc_now())
        for _ in range(3):
            await publisher.publish(request)
        (item,) = await deliveries(api, lambda items: items and items[0]["state"] == "sent")
        for state, found in (("sent", 1), ("uncertain", 0)):
            for narrowed in ({}, {"conversation": CONVERSATION}):
                asked = await api.get("/internal/tenants/lyo/deliveries", params={"state": state} | narrowed)
                assert len(asked.json()["items"]) == found
    (received,) = vendor.requests
    assert received.headers["authorization"] == "Bearer secret-token"
    assert PARENT.split("-")[1] in received.headers["traceparent"]
    assert (item["id"], item["vendor_message_id"]) == (str(request.id), "wamid.1")
    assert (item["channel"], item["purpose"], item["failed_reason"]) == ("whatsapp", "reply", None)
    assert item["sent_at"] >= item["created_at"]


@pytest.mark.servers
async def test_only_the_other_services_may_read(settings):
    async with running(settings) as (_, api):
        answer = await api.get("/internal/tenants/lyo/deliveries", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


def _configured(tenant, settings):
    test_box, box = SealedBox("a key for tests"), SealedBox(settings.sealing_key.get_secret_value())
    config = seal_secrets(open_secrets(tenant, test_box, "lyo"), box, "lyo")
    event_id = inbound_id("lyo", "tenant", "1")
    return first(
        TenantConfigured(version=1, config=config), event_id=event_id, source="gateway", tenant="lyo",
        partition="lyo", time=utc_now(),
    )  # fmt: skip
