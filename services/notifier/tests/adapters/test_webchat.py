"""The web chat's stream, on a real Redis."""

import json

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from contracts.messages import Channel
from notifier.adapters.webchat import WebChat
from notifier.ports import NotAccepted, Refused


class Unmarked:
    """Marks nothing."""

    async def announce(self) -> None: ...

    def leave(self) -> None: ...


@pytest.mark.servers
async def test_a_message_waits_in_the_sessions_stream_for_a_day(redis_url, tenant, request_for):
    async with Redis.from_url(redis_url) as redis:
        request = request_for(Channel.WEBCHAT, address="s-1", text="Ciao!")
        accepted = await WebChat(redis).send(request, tenant, Unmarked())
        ((entry, fields),) = await redis.xrange("webchat:lyo:s-1")
        assert entry.decode() == accepted.vendor_message_id
        assert json.loads(fields[b"message"])["id"] == str(request.id)
        assert 0 < await redis.ttl("webchat:lyo:s-1") <= 24 * 60 * 60


async def test_without_redis_nothing_was_accepted(tenant, request_for):
    async with Redis(port=9, retry=Retry(NoBackoff(), 0)) as redis:
        with pytest.raises(NotAccepted):
            await WebChat(redis).send(request_for(Channel.WEBCHAT), tenant, Unmarked())


async def test_a_business_without_web_chat_is_refused(tenant, request_for):
    bare = tenant.model_copy(update={"channels": type(tenant.channels)()})
    async with Redis(port=9, retry=Retry(NoBackoff(), 0)) as redis:
        with pytest.raises(Refused):
            await WebChat(redis).send(request_for(Channel.WEBCHAT), bare, Unmarked())
