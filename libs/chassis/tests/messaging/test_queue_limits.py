"""The last resort: a full queue refuses, who published hears so and comes again, and nothing is lost."""

import json
import os
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from chassis.messaging.publisher import BrokerUnavailable
from contracts import channels

from .conftest import message, until

pytestmark = pytest.mark.servers
SCRIPT = Path(__file__).parents[4] / "deploy" / "compose" / "rabbitmq" / "limits.sh"


@pytest.fixture
async def limited(house):
    """The policy of production, with room for three."""
    *_, pattern, definition = shlex.split(SCRIPT.read_text().splitlines()[-1])
    policy = {
        "pattern": pattern,
        "definition": json.loads(definition) | {"max-length": 3},
        "apply-to": "queues",
    }
    vhost = urlsplit(house.rabbitmq_url).path.strip("/")
    async with httpx.AsyncClient(base_url=os.environ["BELLHOP_RABBITMQ_MANAGEMENT_URL"]) as api:
        (await api.put(f"/api/policies/{vhost}/limits", json=policy)).raise_for_status()

        async def in_force() -> bool:
            queue = (await api.get(f"/api/queues/{vhost}/{channels.partition('conversation', 0)}")).json()
            log = (await api.get(f"/api/queues/{vhost}/{channels.EVENT_LOG}")).json()
            assert log.get("policy") is None
            return bool(queue.get("policy") == "limits")

        await until(in_force, 30)


async def test_a_full_queue_refuses_and_takes_again_when_there_is_room(house, limited):
    seen, refused = [], None
    async with house.speaker() as publisher:
        for _ in range(30):
            one = message("c", "x")
            try:
                await publisher.publish(one, within=0.5)
            except BrokerUnavailable:
                refused = one
                break
        assert refused

        async def handle(event):
            if event.id not in seen:
                seen.append(event.id)

        async with house.replica("conversation", handle):
            await publisher.publish(refused, within=20)
            await until(lambda: seen and seen[-1] == refused.id)
