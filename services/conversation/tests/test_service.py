"""The handlers, the transcript and the read API over a real store."""

from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from chassis.handling import HandleOnce
from chassis.http.problems import add_problem_handlers
from chassis.storage import open_store
from contracts import operations
from contracts.catalogue import consumed_by
from contracts.decisions import TurnDecided
from contracts.envelope import derived_id, inbound_id
from contracts.events import first
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.tenants import TenantConfigured
from conversation.adapters.conversation_documents import ConversationDocuments
from conversation.adapters.transcript_documents import TranscriptDocuments
from conversation.domain.dialogue import ANSWERS
from conversation.domain.state import Conversation
from conversation.handlers import FrontDesk, TranscribedPublisher
from conversation.routes import router
from conversation.settings import ConversationSettings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKEN = {"Authorization": "Bearer bellhop-demo-internal-token"}


class FakePublisher:
    def __init__(self):
        self.published = []

    async def publish(self, *events):
        self.published.extend(events)


class FakeTenants:
    def __init__(self, config):
        self.config = config

    async def current(self, tenant):
        return TenantConfigured(version=3, config=self.config)


@pytest.fixture
async def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}", "conversation")
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def publisher():
    return FakePublisher()


@pytest.fixture
def desk(store, publisher, salon, clock):
    transcript = TranscriptDocuments(store, clock)
    once = HandleOnce(
        ConversationDocuments(store).collection, Conversation, TranscribedPublisher(publisher, transcript),
        "conversation", clock,
    )  # fmt: skip
    return FrontDesk(once, FakeTenants(salon), transcript)


@pytest.fixture
async def api(store, clock):
    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(router)
    app.state.settings = ConversationSettings()
    app.state.conversations = ConversationDocuments(store)
    app.state.transcript = TranscriptDocuments(store, clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://it", headers=TOKEN) as client:
        yield client


def received(text, *, vendor_id="1", conversation="c1", tenant="salon", time=NOON):
    data = MessageReceived(
        channel=Channel.WHATSAPP, account="100", kind="text", vendor_message_id=vendor_id,
        personal=Inbound(address="+39333", name="Anna", text=text),
    )  # fmt: skip
    return first(
        data, event_id=inbound_id(tenant, "whatsapp", vendor_id), source="test", tenant=tenant,
        partition=conversation, time=time,
    )  # fmt: skip


async def test_a_redelivered_message_is_answered_with_the_same_event_and_shown_once(desk, publisher, api):
    event = received("Ciao")
    await desk.on_message_received(event)
    await desk.on_message_received(event)
    once, decided, *again = publisher.published
    assert [once, decided] == again
    shown = (await api.get("/internal/tenants/salon/conversations/c1")).json()["messages"]
    assert [(line["direction"], line["text"][:4]) for line in shown] == [("in", "Ciao"), ("out", "Ciao")]
    assert shown[1]["id"] == str(once.id)


async def test_every_turn_ends_with_what_was_decided(desk, publisher):
    events = [received(text, vendor_id=str(n)) for n, text in enumerate(("Vorrei una piega", "STOP", "ciao"))]
    for event in events:
        await desk.on_message_received(event)
    kinds = [one.type.split(".v")[0] for one in publisher.published]
    assert kinds == [
        "message-send.requested", "turn.decided",
        "message-send.requested", "consent.withdrawn", "turn.decided",
        "turn.decided",
    ]  # fmt: skip
    decided = [one for one in publisher.published if isinstance(one.data, TurnDecided)]
    assert [(one.causationid, one.data.tenant_version) for one in decided] == [(e.id, 3) for e in events]
    assert [one.id for one in decided] == [
        derived_id(e.id, n) for e, n in zip(events, (1, 2, 0), strict=True)
    ]


async def test_what_a_customer_writes_within_a_second_is_shown_in_the_order_it_came(desk, api):
    texts = ["Ciao", *(f"Quanto costa la piega{'?' * n}" for n in range(1, 6))]
    for n, text in enumerate(texts):
        await desk.on_message_received(received(text, vendor_id=str(n)))
    shown = (await api.get("/internal/tenants/salon/conversations/c1")).json()["messages"]
    assert [line["text"] for line in shown if line["direction"] == "in"] == texts
    assert [line["direction"] for line in shown] == ["in", "out"] * len(texts)


async def test_conversations_are_listed_newest_first_and_paged(desk, api):
    for n in range(3):
        time = NOON.replace(minute=n, microsecond=n * 1000)
        await desk.on_message_received(received("Ciao", vendor_id=str(n), conversation=f"c{n}", time=time))
    page = (await api.get("/internal/tenants/salon/conversations", params={"limit": 2})).json()
    assert [one["id"] for one in page["items"]] == ["c2", "c1"]
    assert page["items"][0]["customer"] == {"name": "Anna", "address": "+39333"}
    rest = await api.get("/internal/tenants/salon/conversations", params={"before": page["next"]})
    assert [one["id"] for one in rest.json()["items"]] == ["c0"]


async def test_paging_leaves_out_none_of_those_who_wrote_within_the_same_second(desk, api):
    for n in range(7):
        await desk.on_message_received(received("Ciao", vendor_id=str(n), conversation=f"c{n}"))
    late = received("Ciao", vendor_id="9", conversation="late", time=NOON.replace(minute=1))
    await desk.on_message_received(late)
    seen, page = [], {"limit": 3}
    while True:
        answer = (await api.get("/internal/tenants/salon/conversations", params=page)).json()
        seen += [one["id"] for one in answer["items"]]
        if not answer["next"]:
            break
        page["before"] = answer["next"]
    assert sorted(seen) == [*(f"c{n}" for n in range(7)), "late"]
    assert seen[0] == "late"


async def test_a_page_is_as_large_as_it_may_be(desk, api):
    await desk.on_message_received(received("Ciao"))
    for path in ("conversations", "conversations/c1"):
        answer = await api.get(f"/internal/tenants/salon/{path}", params={"limit": 100_000})
        assert answer.status_code == 200, path
        wrong = await api.get(f"/internal/tenants/salon/{path}", params={"limit": 0})
        assert wrong.status_code == 422, path


@pytest.mark.parametrize(
    ("before", "found"), [("0001-01-01T00:00:00+12:00", []), ("9999-12-31T23:59:59-12:00", ["c1"])]
)
async def test_the_ends_of_the_calendar_are_moments(desk, api, before, found):
    await desk.on_message_received(received("Ciao"))
    answer = await api.get("/internal/tenants/salon/conversations", params={"before": before})
    assert [one["id"] for one in answer.json()["items"]] == found


async def test_another_tenants_conversation_is_not_found(desk, api):
    await desk.on_message_received(received("Ciao"))
    assert (await api.get("/internal/tenants/other/conversations/c1")).status_code == 404
    assert (await api.get("/internal/tenants/other/conversations")).json()["items"] == []


async def test_the_token_is_required(api):
    answer = await api.get("/internal/tenants/salon/conversations", headers={"Authorization": "Bearer no"})
    assert answer.status_code == 401


async def test_the_detail_shows_options_and_state(desk, api):
    await desk.on_message_received(received("Vorrei un taglio"))
    shown = (await api.get("/internal/tenants/salon/conversations/c1")).json()
    assert [one["title"] for one in shown["messages"][-1]["options"]] == ["Taglio donna", "Taglio uomo"]
    assert shown["messages"][-1]["purpose"] == "reply"
    assert (shown["language"], shown["opted_out"], shown["bookings"]) == ("it", False, [])


def test_every_consumed_event_has_a_handler():
    models = {row.model for row in consumed_by("conversation")}
    models -= {model for model in models if model.__module__ == operations.__name__}  # the chassis's
    assert models == {TenantConfigured, MessageReceived, *ANSWERS}
