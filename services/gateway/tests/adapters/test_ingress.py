"""Ingress publishes once what comes several times, and never forgets what was not confirmed."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.messaging.publisher import BrokerUnavailable
from contracts.messages import Channel
from contracts.tenants import TenantConfig
from gateway.adapters.ingress import Ingress
from gateway.channels.translation import Translated, kept

NOW = datetime.fromisoformat("2026-03-02T12:00:00+00:00")


def ingress_of(broker: Any, memory: Any) -> Ingress:
    return Ingress(broker, memory)


class Memory:
    """As Redis would remember, in a dictionary."""

    def __init__(self) -> None:
        self.state: dict[UUID, str] = {}

    async def claim(self, ids):
        mine = {one for one in ids if one not in self.state}
        others = {one for one in ids if self.state.get(one) == "claimed"}
        self.state.update(dict.fromkeys(mine, "claimed"))
        return mine, others

    async def unsettled(self, ids, within):
        for _ in range(int(within / 0.01)):
            if not any(self.state.get(one) == "claimed" for one in ids):
                break
            await asyncio.sleep(0.01)
        return {one for one in ids if self.state.get(one) != "done"}

    async def mark(self, ids):
        self.state.update(dict.fromkeys(ids, "done"))

    async def release(self, ids):
        for one in ids:
            del self.state[one]


class SlowBroker:
    def __init__(self, seconds: float = 0.0, failures: int = 0) -> None:
        self.seconds, self.failures, self.published = seconds, failures, list[UUID]()

    async def publish(self, *events, within):
        await asyncio.sleep(self.seconds)
        if self.failures:
            self.failures -= 1
            raise BrokerUnavailable("down")
        self.published += [event.id for event in events]


@pytest.fixture
def item(tenant: TenantConfig) -> Translated:
    return kept(tenant, Channel.WHATSAPP, "x", {"n": 1}, NOW)


def many(tenant: TenantConfig, count: int) -> list[Translated]:
    return [kept(tenant, Channel.WHATSAPP, "x", {"n": n}, NOW) for n in range(count)]


async def test_three_times_is_once(item: Translated) -> None:
    broker = SlowBroker()
    ingress = ingress_of(broker, Memory())
    for _ in range(3):
        await ingress.accept("rosa", [item])
    assert broker.published == [item.event_id]


async def test_three_at_the_same_moment_is_once(item: Translated) -> None:
    broker = SlowBroker(0.05)
    ingress = ingress_of(broker, Memory())
    await asyncio.gather(*(ingress.accept("rosa", [item]) for _ in range(3)))
    assert broker.published == [item.event_id]


async def test_twice_in_one_payload_is_once(item: Translated) -> None:
    broker = SlowBroker()
    await ingress_of(broker, Memory()).accept("rosa", [item, item])
    assert broker.published == [item.event_id]


async def test_what_was_not_confirmed_is_not_remembered(item: Translated) -> None:
    broker, memory = SlowBroker(failures=1), Memory()
    ingress = ingress_of(broker, memory)
    with pytest.raises(BrokerUnavailable):
        await ingress.accept("rosa", [item])
    assert memory.state == {}
    await ingress.accept("rosa", [item])
    assert broker.published == [item.event_id]


async def test_who_waited_for_a_failure_publishes_itself(item: Translated) -> None:
    broker = SlowBroker(0.05, failures=1)
    ingress = ingress_of(broker, Memory())
    results = await asyncio.gather(
        *(ingress.accept("rosa", [item]) for _ in range(2)), return_exceptions=True
    )
    assert [type(one) for one in results] == [BrokerUnavailable, type(None)]
    assert broker.published == [item.event_id]


async def test_who_waited_for_somebody_that_died_publishes_itself(item: Translated) -> None:
    broker, memory = SlowBroker(), Memory()
    memory.state[item.event_id] = "claimed"
    started = asyncio.get_running_loop().time()
    await ingress_of(broker, memory).accept("rosa", [item])
    assert broker.published == [item.event_id]
    assert asyncio.get_running_loop().time() - started < 1.5


async def test_a_huge_payload_makes_progress(tenant: TenantConfig) -> None:
    broker, memory = SlowBroker(), Memory()
    items = many(tenant, 450)

    async def fails_late(*events, within):
        if len(broker.published) >= 400:
            raise BrokerUnavailable("down")
        broker.published += [event.id for event in events]

    broker.publish = fails_late  # type: ignore[method-assign]
    with pytest.raises(BrokerUnavailable):
        await ingress_of(broker, memory).accept("rosa", items)
    assert list(memory.state.values()) == ["done"] * 400
