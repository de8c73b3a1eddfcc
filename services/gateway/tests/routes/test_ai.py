"""The AI router over the API: who may, what is passed on, and the policy with its versions."""

import json
from typing import Any

import httpx
import pytest

from contracts.ai import AiPolicy
from gateway.adapters.ai_policy import AiPolicies

AI = "/api/v1/ai"
POLICY: dict[str, Any] = {
    "tiers": {"small": [{"vendor": "openai", "model": "gpt-4o-mini"}]},
    "purposes": {"answer": ["small"]},
}


@pytest.fixture
async def admin(house: Any) -> Any:
    return await house.login("admin@bellhop.local", "bellhop-demo")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None), ("GET", "/usage", None), ("GET", "/policy", None), ("PUT", "/policy", POLICY),
        ("GET", "/questions?conversation=anna", None), ("POST", "/check", {}),
        ("POST", "/trial", {"question": "Ciao?"}),
    ],
)  # fmt: skip
async def test_only_administrators_see_or_do_anything_here(house, method, path, body) -> None:
    boss = await house.login("boss@rosa.it", "rosa rosa rosa")
    for headers, status in (({}, 401), (boss, 403)):
        answer = await house.http.request(method, AI + path, json=body, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (house.asked, house.broker.published) == ([], [])


async def test_what_the_router_tells_is_passed_on(house, admin) -> None:
    house.internal["/internal/ai"] = httpx.Response(200, json={"vendors": []})
    house.internal["/internal/ai/usage"] = httpx.Response(200, json={"total": {}})
    assert (await house.http.get(f"{AI}?lane=shadow", headers=admin)).json() == {"vendors": []}
    answer = await house.http.get(f"{AI}/usage?tenant=rosa&since=2026-03-01&secret=1", headers=admin)
    assert answer.json() == {"total": {}}
    assert [request.url.query for request in house.asked] == [b"lane=shadow", b"tenant=rosa&since=2026-03-01"]


async def test_the_usage_of_all_is_that_of_every_business_and_of_bellhop(house, admin) -> None:
    house.internal["/internal/ai/usage"] = httpx.Response(200, json={})
    await house.http.get(f"{AI}/usage", headers=admin)
    (asked,) = house.asked
    assert asked.url.params.get_list("tenant") == ["nero", "rosa", "bellhop"]


async def test_questions_are_those_of_one_business_or_of_whichever_has_the_conversation(house, admin) -> None:
    house.internal["/internal/ai/questions"] = httpx.Response(200, json={"items": [{"cost": "0.01"}]})
    path = f"{AI}/questions?conversation=anna"
    for query, tenants in (("&tenant=rosa&limit=7", ["rosa"]), ("", ["nero", "rosa", "bellhop"])):
        answer = await house.http.get(path + query, headers=admin)
        assert answer.json() == {"items": [{"cost": "0.01"}]}
        assert house.asked[-1].url.params.get_list("tenant") == tenants
    assert [asked.url.params["limit"] for asked in house.asked] == ["7", "50"]
    assert {asked.url.params["conversation"] for asked in house.asked} == {"anna"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/check", {"key": "openai-1"}),
        ("/trial", {"question": "Ciao?", "lane": "shadow", "fault": {"vendor": "openai", "kind": "cut"}}),
    ],
)
async def test_what_shall_be_done_reaches_the_router_with_our_token(house, admin, path, body) -> None:
    house.internal[f"/internal/ai{path}"] = httpx.Response(200, json={"done": True})
    answer = await house.http.post(AI + path, json=body, headers=admin)
    assert answer.json() == {"done": True}
    (asked,) = house.asked
    assert asked.headers["authorization"] == "Bearer inner token"
    assert body.items() <= json.loads(asked.content).items()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/trial", {"question": ""}), ("POST", "/trial", {"question": "x", "lane": "fast"}),
        ("POST", "/trial", {"question": "x", "fault": {"vendor": "openai", "kind": "sulk"}}),
        ("POST", "/check", {"kye": "openai-1"}), ("GET", "/usage?since=yesterday", None),
        ("GET", "/questions", None), ("GET", "/questions?conversation=anna&limit=501", None),
        ("GET", "?lane=x", None),
    ],
)  # fmt: skip
async def test_nonsense_is_refused_before_anybody_is_asked(house, admin, method, path, body) -> None:
    answer = await house.http.request(method, AI + path, json=body, headers=admin)
    assert (answer.status_code, house.asked) == (422, [])


async def test_a_router_that_is_away_is_told(house, admin) -> None:
    house.internal["/internal/ai"] = httpx.ConnectError("away")
    assert (await house.http.get(AI, headers=admin)).status_code == 503


async def test_what_the_router_refuses_keeps_its_words(house, admin) -> None:
    house.internal["/internal/ai/check"] = httpx.Response(422, json={"title": "no key is called openai-9"})
    answer = await house.http.post(f"{AI}/check", json={"key": "openai-9"}, headers=admin)
    assert (answer.status_code, answer.json()["title"]) == (422, "no key is called openai-9")


async def test_until_one_is_set_the_policy_is_the_routers_own(house, admin) -> None:
    house.internal["/internal/ai/policy"] = httpx.Response(200, json={"version": 0, "own": POLICY})
    told = (await house.http.get(f"{AI}/policy", headers=admin)).json()
    assert (told["version"], told["in_force"], told["policy"]) == (0, 0, POLICY)


async def test_a_policy_is_stored_with_a_version_and_told_to_everybody(house, admin) -> None:
    answer = await house.http.put(f"{AI}/policy", json=POLICY, headers=admin)
    assert (answer.status_code, answer.json()) == (200, {"version": 1})
    (said,) = house.broker.of("ai.configured.v1")
    assert (said.tenantid, said.data.version) == ("bellhop", 1)
    assert said.data.policy == AiPolicy.model_validate(POLICY)
    mine = {"version": 1, "own": {}, "unpriced": ["openai/gpt-4o-mini"]}
    house.internal["/internal/ai/policy"] = httpx.Response(200, json=mine)
    told = (await house.http.get(f"{AI}/policy", headers=admin)).json()
    assert (told["version"], told["in_force"], told["set_by"]) == (1, 1, "admin@bellhop.local")
    assert told["policy"]["tiers"]["small"][0]["model"] == "gpt-4o-mini"
    assert told["unpriced"] == ["openai/gpt-4o-mini"]
    house.internal["/internal/ai/policy"] = httpx.ConnectError("away")
    told = (await house.http.get(f"{AI}/policy", headers=admin)).json()
    assert (told["version"], told["in_force"], told["unpriced"]) == (1, None, None)


async def test_the_same_policy_again_is_the_same_version_and_the_same_event(house, admin) -> None:
    for _ in range(2):
        await house.http.put(f"{AI}/policy", json=POLICY, headers=admin)
    first, second = house.broker.of("ai.configured.v1")
    assert first == second


async def test_a_policy_that_somebody_else_has_set_is_not_overwritten(house, admin) -> None:
    await house.http.put(f"{AI}/policy?replaces=0", json=POLICY, headers=admin)
    other = POLICY | {"off": ["openai"]}
    late = await house.http.put(f"{AI}/policy?replaces=0", json=other, headers=admin)
    assert (late.status_code, late.json()["title"]) == (409, "The policy is at version 1 by now")
    assert (await house.http.put(f"{AI}/policy?replaces=1", json=other, headers=admin)).json() == {
        "version": 2
    }


async def test_every_mistake_in_a_policy_is_named(house, admin) -> None:
    wrong = {"tiers": {"small": [{"vendor": "openai", "modl": "x"}]}, "purposes": {}, "ofl": []}
    answer = await house.http.put(f"{AI}/policy", json=wrong, headers=admin)
    errors = {one["field"]: one["problem"] for one in answer.json()["errors"]}
    assert answer.status_code == 422
    assert errors["ofl"] == "is unknown; did you mean off?"
    assert errors["tiers.small[0].modl"] == "is unknown; did you mean model?"
    assert errors["tiers.small[0].model"] == "is missing; this field is needed"
    assert house.broker.published == []


async def test_a_purpose_without_models_is_a_mistake(house, admin) -> None:
    wrong = POLICY | {"purposes": {"answer": ["large"]}}
    (error,) = (await house.http.put(f"{AI}/policy", json=wrong, headers=admin)).json()["errors"]
    assert error["problem"] == "purposes name tiers that have no models: large"


def knows(house: Any, *others: str) -> None:
    """The router has keys of these vendors; its own policy names openai alone."""
    house.internal["/internal/ai/policy"] = httpx.Response(200, json={"version": 0, "own": POLICY})
    vendors = [{"vendor": one} for one in others]
    house.internal["/internal/ai"] = httpx.Response(200, json={"vendors": vendors})


def naming(vendor: str) -> dict[str, Any]:
    return POLICY | {"tiers": {"small": [{"vendor": vendor, "model": "llama"}]}}


async def test_a_vendor_that_nobody_knows_is_a_mistake(house, admin) -> None:
    knows(house, "groq")
    (error,) = (await house.http.put(f"{AI}/policy", json=naming("grok"), headers=admin)).json()["errors"]
    assert error["field"] == "tiers.small[0].vendor"
    assert error["problem"].startswith("no vendor is called grok: there are groq, openai;")
    for vendor in ("groq", "openai"):
        assert (await house.http.put(f"{AI}/policy", json=naming(vendor), headers=admin)).is_success


async def test_a_vendor_whose_key_was_taken_away_keeps_nobody_from_changing_the_policy(house, admin) -> None:
    knows(house, "groq")
    await house.http.put(f"{AI}/policy", json=naming("groq"), headers=admin)
    knows(house)
    changed = naming("groq") | {"concurrency": 3}
    assert (await house.http.put(f"{AI}/policy", json=changed, headers=admin)).json() == {"version": 2}


async def test_while_the_router_is_away_every_vendor_may_be_named(house, admin) -> None:
    knows(house)
    house.internal["/internal/ai"] = httpx.ConnectError("away")
    assert (await house.http.put(f"{AI}/policy", json=naming("grok"), headers=admin)).is_success


async def test_without_the_broker_the_policy_is_stored_and_told_at_the_next_start(house, admin) -> None:
    house.broker.down = True
    assert (await house.http.put(f"{AI}/policy", json=POLICY, headers=admin)).status_code == 503
    house.broker.down = False
    policies: AiPolicies = house.gateway.ai_policies
    await policies.publish()
    (said,) = house.broker.of("ai.configured.v1")
    assert said.data.version == 1


async def test_nothing_is_told_at_start_while_no_policy_was_set(house) -> None:
    await house.gateway.ai_policies.publish()
    assert house.broker.published == []
