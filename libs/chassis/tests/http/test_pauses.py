"""What a service tells of its pauses."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chassis.http import pauses
from chassis.http.problems import add_problem_handlers
from chassis.messaging.holding import Holding
from chassis.pauses import Pauses
from chassis.storage import open_store
from contracts.events import first
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.operations import CapabilityPaused, CapabilityResumed, Operator

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKEN = {"Authorization": "Bearer inner token"}


def event(data, partition="lyo"):
    return first(data, event_id=uuid4(), source="gateway", tenant="lyo", partition=partition, time=NOON)


def message(conversation):
    written = Inbound(address="39333", text="Ciao")
    received = MessageReceived(
        channel=Channel.WHATSAPP, account="1", kind="text", vendor_message_id="1", personal=written
    )
    return event(received, conversation)


@pytest.fixture
async def service(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}", "conversation")
    await store.open()
    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(pauses.router)
    app.state.settings = SimpleNamespace(internal_token=SecretStr("inner token"))
    app.state.pauses, app.state.holding = Pauses(store), Holding(store, lambda: NOON)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://it", headers=TOKEN) as api:
        yield app.state, api
    await store.close()


async def test_what_is_paused_and_what_waits_for_it(service, monkeypatch):
    monkeypatch.setattr(pauses, "_PAGE", 2)
    state, api = service
    ann = Operator(by="ann")
    await state.pauses.note(event(CapabilityPaused(capability="replies", reason="prices", personal=ann)))
    for conversation in ("c1", "c1", "c2", "c3"):
        await state.holding.hold(message(conversation), reason="paused", capability="replies")
    await state.holding.hold(message("c4"), reason="parked")
    (item,) = (await api.get("/internal/tenants/lyo/pauses")).json()["items"]
    assert item == {
        "capability": "replies", "paused": True, "since": "2026-11-20T12:00:00Z", "by": "ann",
        "reason": "prices", "conversations": 3, "events": 4,
    }  # fmt: skip
    assert (await api.get("/internal/tenants/sdb/pauses")).json() == {"items": []}


async def test_what_is_resumed_is_shown_until_nothing_waits(service):
    state, api = service
    await state.pauses.note(event(CapabilityResumed(capability="replies", personal=Operator(by="bob"))))
    await state.holding.hold(message("c1"), reason="paused", capability="replies")
    (item,) = (await api.get("/internal/tenants/lyo/pauses")).json()["items"]
    assert (item["paused"], item["events"]) == (False, 1)
    await state.holding.discard(await state.holding.of("lyo", "c1", "live"))
    assert (await api.get("/internal/tenants/lyo/pauses")).json() == {"items": []}


async def test_only_the_other_services_may_ask(service):
    _, api = service
    answer = await api.get("/internal/tenants/lyo/pauses", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
