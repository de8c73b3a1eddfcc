"""The house's prompts over the internal API, and a text filled in for a business."""

import httpx
import pytest
from fastapi import FastAPI

from chassis.http.problems import add_problem_handlers
from chassis.storage import open_store
from chassis.tenants import TenantProjection
from contracts.envelope import inbound_id
from contracts.events import first
from contracts.tenants import TenantConfigured
from conversation.prompt_routes import router
from conversation.settings import ConversationSettings

TOKEN = {"Authorization": "Bearer bellhop-demo-internal-token"}
FILLED = "/internal/tenants/salon/prompts/filled"


@pytest.fixture
async def tenants(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}", "conversation")
    await store.open()
    yield TenantProjection(store)
    await store.close()


@pytest.fixture
async def api(tenants):
    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(router)
    app.state.settings, app.state.tenants = ConversationSettings(), tenants
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://it", headers=TOKEN) as client:
        yield client


async def known(tenants, salon, clock):
    told = TenantConfigured(version=1, config=salon)
    event = first(
        told, event_id=inbound_id("salon", "test", "1"), source="test", tenant="salon", partition="salon",
        time=clock(),
    )  # fmt: skip
    await tenants.on_tenant_configured(event)


async def test_the_house_s_versions(api):
    answer = await api.get("/internal/prompts")
    assert answer.json()["answer"]["1"]["any"].startswith("You answer customers of {business}")


async def test_a_text_is_filled_in_for_the_business_and_the_language(api, tenants, salon, clock):
    await known(tenants, salon, clock)
    wish = {"text": "{business} in {language}, {{json}}: {facts}", "language": "fr"}
    answer = await api.post(FILLED, json=wish)
    assert answer.json()["text"].startswith("Salone Prova in fr, {json}: Nos horaires")


async def test_a_business_not_known_yet_is_asked_for_again(api):
    answer = await api.post(FILLED, json={"text": "x", "language": "it"})
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


@pytest.mark.parametrize("wish", [{"text": "{nothing}", "language": "it"}, {"text": "x", "language": "de"}])
async def test_what_cannot_be_filled_in_is_refused(api, wish):
    assert (await api.post(FILLED, json=wish)).status_code == 422


async def test_for_bellhop_s_own_services_alone(api):
    stranger = {"Authorization": "Bearer guessed"}
    assert (await api.get("/internal/prompts", headers=stranger)).status_code == 401
    assert (await api.post(FILLED, json={}, headers=stranger)).status_code == 401
