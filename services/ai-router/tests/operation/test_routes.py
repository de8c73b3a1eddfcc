"""The internal API: for Bellhop's own services, and what it refuses."""

from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from ai_router import routes
from ai_router.adapters.model_table import Pricing, load_models
from chassis.http.problems import add_problem_handlers
from chassis.settings import ServiceSettings

TOKEN = {"Authorization": f"Bearer {ServiceSettings().internal_token.get_secret_value()}"}


class Trials:
    live = "the live router"
    shadow = SimpleNamespace(vendors={"a": None})

    def beside(self, faults):
        return f"beside, with {', '.join(faults) or 'nothing'} failing"

    async def ask(self, wanted, policy, router):
        return {"asked": router, "first": wanted.asked_first}


async def asked_for(tenants, conversation, limit):
    return [{"of": tenants, "conversation": conversation, "limit": limit}]


@pytest.fixture
async def http(policies, policy):
    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(routes.router)
    usage = SimpleNamespace(questions=asked_for)
    desk = SimpleNamespace(
        trials=Trials(), policies=policies, own=policy, usage=usage, prices=Pricing(load_models())
    )
    app.state.desk, app.state.settings = desk, ServiceSettings()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ai") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""), ("GET", "/usage?tenant=a"), ("GET", "/questions?tenant=a&conversation=c"),
        ("GET", "/policy"), ("POST", "/check"), ("POST", "/trial"),
    ],
)  # fmt: skip
async def test_only_our_own_services_may_ask(http, method, path):
    answer = await http.request(method, f"/internal/ai{path}", json={"question": "x"})
    assert answer.status_code == 401


async def test_the_policy_in_force_and_our_own(http):
    told = (await http.get("/internal/ai/policy", headers=TOKEN)).json()
    assert told["version"] == 3
    assert told["own"]["tiers"]["small"][0]["model"] == "mini"
    assert told["unpriced"] == ["a/mini", "a/maxi", "b/big"]


async def test_the_questions_of_a_conversation(http):
    path = "/internal/ai/questions?conversation=anna"
    told = (await http.get(f"{path}&tenant=lyo&tenant=sdb", headers=TOKEN)).json()
    assert told == {"items": [{"of": ["lyo", "sdb"], "conversation": "anna", "limit": 50}]}
    for wrong in (path, f"{path}&tenant=lyo&limit=501", "/internal/ai/questions?tenant=lyo"):
        assert (await http.get(wrong, headers=TOKEN)).status_code == 422


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"first": "a"}, {"asked": "the live router", "first": "a"}),
        ({"lane": "shadow"}, {"asked": "beside, with nothing failing", "first": ""}),
        (
            {"lane": "shadow", "fault": {"vendor": "a", "kind": "cut"}},
            {"asked": "beside, with a failing", "first": ""},
        ),
    ],
)
async def test_a_trial_goes_where_it_is_meant_to(http, body, asked):
    answer = await http.post("/internal/ai/trial", json={"question": "Ciao?"} | body, headers=TOKEN)
    assert answer.json() == asked


@pytest.mark.parametrize(
    ("lane", "vendor", "words"), [("live", "a", "shadow lane alone"), ("shadow", "z", "No vendor called z")]
)
async def test_a_fault_that_cannot_be_is_refused(http, lane, vendor, words):
    body = {"question": "Ciao?", "lane": lane, "fault": {"vendor": vendor, "kind": "500"}}
    answer = await http.post("/internal/ai/trial", json=body, headers=TOKEN)
    assert answer.status_code == 422
    assert words in answer.json()["title"]
