"""The whole service on real servers: a question from the broker gets its answer published."""

import asyncio
from contextlib import suppress

import aio_pika
import pytest

from ai_router.main import wire
from ai_router.settings import AiRouterSettings
from chassis.messaging.broker import build_broker
from chassis.messaging.publisher import EventPublisher
from chassis.service import service_app
from contracts import channels, events
from contracts.envelope import derived_id


@pytest.fixture
def settings(rabbitmq_url, redis_url, tmp_path, vendor) -> AiRouterSettings:
    return AiRouterSettings(
        rabbitmq_url=rabbitmq_url, redis_url=redis_url, store_url=f"sqlite://{tmp_path}",
        openai_base_url=vendor.url, openai_api_keys="sk-1",
    )  # fmt: skip


@pytest.mark.servers
async def test_a_question_asked_twice_is_paid_once_and_answered_under_one_id(settings, vendor, question):
    vendor.answer = (200, {"choices": [{"message": {"content": "Sì."}, "finish_reason": "stop"}]})
    url = settings.rabbitmq_url.get_secret_value()
    app, broker = service_app("ai-router", settings, wire), build_broker(url, "test", 5)
    async with app.router.lifespan_context(app), broker, await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        heard = await channel.declare_queue(exclusive=True)
        await heard.bind(channels.EVENTS, "completion.generated.v1")
        answers = []
        for _ in range(2):
            await EventPublisher(broker).publish(question)
            answers.append(events.read((await _next(heard)).body))
    assert {answer.id for answer in answers} == {derived_id(question.id, 0)}
    assert answers[0].data.personal.text == "Sì."
    assert len(vendor.requests) == 1


async def _next(queue):
    for _ in range(100):
        with suppress(aio_pika.exceptions.QueueEmpty):
            return await queue.get(no_ack=True)
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was said")
