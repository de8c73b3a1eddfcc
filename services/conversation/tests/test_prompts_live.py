"""The service as it runs, on a real broker: what a business publishes is what the next question is told."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chassis.messaging.broker import build_broker, connect
from chassis.messaging.publisher import EventPublisher
from chassis.service import service_app
from chassis.tenants import TenantUnknown
from contracts import channels, events
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.prompts import PurposePrompts
from contracts.tenants import TenantConfigured
from conversation.main import wire
from conversation.settings import ConversationSettings

pytestmark = pytest.mark.servers


@pytest.fixture
async def service(rabbitmq_url, redis_url, tmp_path):
    settings = ConversationSettings(
        rabbitmq_url=rabbitmq_url, redis_url=redis_url, store_url=f"sqlite://{tmp_path}/store"
    )
    app = service_app("conversation", settings, wire)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def asked(service, rabbitmq_url):
    """What the AI router hears."""
    async with await connect(rabbitmq_url, "test") as connection, connection.channel() as channel:
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(channels.EVENTS, "completion.requested.v1")
        inbox = asyncio.Queue()

        async def keep(message):
            await inbox.put(events.read(message.body))

        await queue.consume(keep, no_ack=True)
        yield inbox


@pytest.fixture
async def publish(service, rabbitmq_url):
    broker = build_broker(rabbitmq_url, "test", 5)
    await broker.start()

    async def said(data, partition):
        event = events.first(
            data, event_id=uuid4(), source="test", tenant="salon", partition=partition, time=datetime.now(UTC)
        )
        await EventPublisher(broker).publish(event)

    yield said
    await broker.stop()


def question(text):
    return MessageReceived(
        channel=Channel.WHATSAPP, account="100", kind="text", vendor_message_id=str(uuid4()),
        personal=Inbound(address="+39333", name="Anna", text=text),
    )  # fmt: skip


async def configured(service, publish, version, config):
    await publish(TenantConfigured(version=version, config=config), "salon")
    async with asyncio.timeout(30):
        while await known(service) != version:  # noqa: ASYNC110  it is told nobody
            await asyncio.sleep(0.05)


async def known(service):
    try:
        return (await service.state.tenants.current("salon")).version
    except TenantUnknown:
        return 0


async def test_the_next_question_is_told_what_was_published(service, asked, publish, salon):
    decided = PurposePrompts(published="own-1", own={"own-1": {"it": "Nostro: {business}"}})
    told = []
    for version, prompts in enumerate(({}, {"answer": decided}, {"answer": PurposePrompts()}), 1):
        config = salon.model_copy(update={"prompts": prompts})
        await configured(service, publish, version, config)
        await publish(question("perché il cielo è blu?"), "c1")
        request = (await asyncio.wait_for(asked.get(), 30)).data
        told.append((request.prompt_version, request.personal.instructions.split("\n")[0][:24]))
    house = ("1", "You answer customers of ")
    assert told == [house, ("own-1", "Nostro: Salone Prova"), house]
