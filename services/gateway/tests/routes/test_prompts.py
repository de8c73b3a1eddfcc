"""Prompts over the API: who may, what becomes of them, and that nothing is lost on the way."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from gateway.domain.tenant_file import TenantFile

ROSA = "/api/v1/tenants/rosa/prompts"
HOUSE = {"answer": {"1": {"any": "one for {business}"}, "2": {"any": "two", "it": "due"}}}
CHANGES = (
    ("PUT", "/answer/draft", {"texts": "new"}),
    ("POST", "/answer/publish", {"version": "1"}),
    ("POST", "/answer/rollback", None),
    ("PUT", "/answer/split", {"version": "1", "percent": 10}),
    ("DELETE", "/answer/split", None),
    ("DELETE", "/answer/draft", None),
)


@pytest.fixture
async def boss(house: Any) -> Any:
    house.internal["/internal/prompts"] = httpx.Response(200, json=HOUSE)
    for tenant in ("rosa", "nero"):
        filled = httpx.Response(200, json={"text": f"filled in for {tenant}"})
        house.internal[f"/internal/tenants/{tenant}/prompts/filled"] = filled
    return await house.login("boss@rosa.it", "rosa rosa rosa")


@pytest.fixture
def ask(house: Any, boss: Any) -> Any:
    """The answer's JSON to the people of rosa."""

    async def asked(method: str, path: str = "", body: Any = None, status: int = 200) -> Any:
        answer = await house.http.request(method, ROSA + path, json=body, headers=boss)
        assert answer.status_code == status, answer.text
        return answer.json()

    return asked


async def item(ask: Any) -> Any:
    (found,) = (await ask("GET"))["items"]
    return found


async def test_before_anything_is_decided(ask) -> None:
    found = await item(ask)
    preview = {"version": "2", "language": "it", "text": "filled in for rosa"}
    assert found == {
        "purpose": "answer", "in_force": "2", "published": None, "before": [], "draft": None, "split": None,
        "versions": [
            {"version": "1", "of": "house", "texts": {"any": "one for {business}"}},
            {"version": "2", "of": "house", "texts": {"any": "two", "it": "due"}},
        ],
        "preview": preview,
    }  # fmt: skip


async def test_from_a_draft_to_everybody_and_back(house, ask) -> None:
    drafted = await ask("PUT", "/answer/draft", {"texts": {"it": "nuovo per {business}"}})
    assert (drafted["version"], drafted["in_force"]) == (2, "2")
    assert drafted["draft"] == {"any": "two", "it": "nuovo per {business}"}
    parted = await ask("PUT", "/answer/split", {"version": "draft", "percent": 10})
    assert (parted["split"], parted["draft"]) == ({"version": "own-1", "percent": 10}, None)
    published = await ask("POST", "/answer/publish", {"version": "own-1"})
    assert (published["published"], published["before"], published["split"]) == ("own-1", [None], None)
    assert [one["version"] for one in (await item(ask))["versions"]] == ["1", "2", "own-1"]
    back = await ask("POST", "/answer/rollback")
    assert (back["published"], back["in_force"], back["version"]) == (None, "2", 5)
    said = house.broker.of("tenant.configured.v1")
    assert [one.data.version for one in said] == [2, 3, 4, 5]
    assert said[2].data.config.prompts["answer"].published == "own-1"
    assert {one.tenantid for one in said} == {"rosa"}


async def test_a_preview_fills_in_what_is_asked_for(house, ask) -> None:
    async def filled(query: str) -> Any:
        shown = await ask("GET", f"/answer/preview{query}")
        assert shown["text"] == "filled in for rosa"
        return json.loads(house.asked[-1].content)

    assert await filled("") == {"text": "due", "language": "it"}
    assert (await ask("GET", "/answer/preview"))["version"] == "2"
    assert await filled("?version=1&language=fr") == {"text": "one for {business}", "language": "fr"}
    await ask("PUT", "/answer/draft", {"texts": "draft", "based_on": None})
    assert await filled("?language=en") == {"text": "draft", "language": "en"}
    assert (await item(ask))["preview"]["version"] == "draft"
    await ask("GET", "/answer/preview?version=own-1", status=422)


async def test_others_see_and_change_nothing(house, boss) -> None:
    for path, headers, status in (
        ("/api/v1/tenants/nero/prompts", boss, 404),
        ("/api/v1/tenants/nobody/prompts", boss, 404),
        (ROSA, {}, 401),
    ):
        for method, rest, body in (("GET", "", None), ("GET", "/answer/preview", None), *CHANGES):
            answer = await house.http.request(method, path + rest, json=body, headers=headers)
            assert answer.status_code == status, (method, path, rest)
    assert house.broker.published == []
    admin = await house.login("admin@bellhop.local", "bellhop-demo")
    assert (await house.http.get("/api/v1/tenants/nero/prompts", headers=admin)).status_code == 200
    for method, rest, body in (("GET", "", None), *CHANGES):
        answer = await house.http.request(
            method, f"/api/v1/tenants/nobody/prompts{rest}", json=body, headers=admin
        )
        assert answer.status_code == 404


async def test_one_business_changes_nothing_of_another(house, ask) -> None:
    await ask("PUT", "/answer/draft", {"texts": "ours", "based_on": None})
    await ask("POST", "/answer/publish")
    boss = await house.login("boss@nero.it", "nero nero nero")
    (found,) = (await house.http.get("/api/v1/tenants/nero/prompts", headers=boss)).json()["items"]
    assert (found["published"], found["in_force"], len(found["versions"])) == (None, "2", 2)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (("PUT", "/answer/draft", {"texts": "Say {nothing}"}), "{nothing}): use {business}, {kind}"),
        (
            ("PUT", "/answer/draft", {"texts": {"it": "Say {business.name}"}}),
            "itself is written twice",
        ),
        (("PUT", "/answer/draft", {"texts": {"it": "x" * 8001}}), "8000"),
        (("PUT", "/answer/draft", {"texts": {"de": "x"}}), "any"),
        (("PUT", "/answer/draft", {"texts": " "}), "texts"),
        (("PUT", "/answer/draft", {"texts": {}, "based_on": None}), "texts"),
        (("PUT", "/answer/draft", {"based_on": None}), "give a text"),
        (("PUT", "/answer/draft", {"based_on": "own-7"}), "there are 1, 2"),
        (("PUT", "/answer/draft", {"text": "misspelt"}), "text"),
        (("PUT", "/sing/draft", {"texts": "x"}), "answer"),
        (("PUT", "/summarise/draft", {"texts": "x"}), "there are answer"),
        (("POST", "/answer/publish", None), "there is no draft"),
        (("POST", "/answer/publish", {"version": "3"}), "3 is not there; there are 1, 2"),
        (("POST", "/answer/publish", {"version": "newest"}), "newest is not there; there are 1, 2"),
        (("POST", "/answer/rollback", None), "no earlier version"),
        (("PUT", "/answer/split", {"version": "1", "percent": 101}), "100"),
        (("PUT", "/answer/split", {"version": "2", "percent": 10}), "what the others get"),
        (("PUT", "/answer/split", {"version": "house", "percent": 10}), "name one of 1, 2"),
        (("PUT", "/answer/draft", {"based_on": "house"}), "there are 1, 2"),
        (("GET", "/summarise/preview", None), "there are answer"),
        (("GET", "/answer/preview?language=de", None), "language"),
    ],
)
async def test_what_cannot_be_done_says_what_can(house, ask, wish, says) -> None:
    problem = await ask(*wish, status=422)
    assert says in json.dumps(problem, ensure_ascii=False)
    assert problem["errors"][0].keys() >= {"field", "problem"}
    assert house.broker.published == []


async def test_half_a_character_is_the_senders_fault(house, boss) -> None:
    headers = boss | {"Content-Type": "application/json"}
    answer = await house.http.put(
        f"{ROSA}/answer/draft", content=b'{"texts":{"it":"\\ud800"}}', headers=headers
    )
    assert answer.status_code == 422


async def test_of_changes_at_once_none_is_lost(house, ask) -> None:
    languages = ("any", "it", "en", "fr")
    await asyncio.gather(
        *(ask("PUT", "/answer/draft", {"texts": {one: f"in {one}"}}) for one in languages),
        ask("PUT", "/answer/split", {"version": "1", "percent": 30}),
    )
    found = await item(ask)
    assert found["draft"] == {one: f"in {one}" for one in languages}
    assert found["split"] == {"version": "1", "percent": 30}
    assert max(one.data.version for one in house.broker.of("tenant.configured.v1")) == 6


async def test_repeating_a_change_is_no_new_version_but_is_told_again(house, ask) -> None:
    house.broker.down = True
    await ask("POST", "/answer/publish", {"version": "1"}, status=503)
    house.broker.down = False
    again = await ask("POST", "/answer/publish", {"version": "1"})
    assert (again["version"], again["before"]) == (2, [None])
    (told,) = house.broker.of("tenant.configured.v1")
    assert told.data.config.prompts["answer"].published == "1"


async def test_with_the_conversation_service_away_nothing_changes(house, ask) -> None:
    house.internal["/internal/prompts"] = httpx.ConnectError("away")
    await ask("GET", status=503)
    await ask("POST", "/answer/publish", {"version": "1"}, status=503)
    assert house.broker.published == []


async def published_by_the_api(ask: Any) -> Any:
    await ask("PUT", "/answer/draft", {"texts": "ours", "based_on": None})
    return await ask("POST", "/answer/publish")


async def test_a_file_that_says_nothing_of_prompts_leaves_them(house, ask, tenant) -> None:
    before = await published_by_the_api(ask)
    admin = await house.login("admin@bellhop.local", "bellhop-demo")
    body = tenant.model_dump(mode="json", exclude={"prompts"})
    for name, version in (("Rosa", before["version"]), ("Rosa II", before["version"] + 1)):
        answer = await house.http.put("/api/v1/tenants/rosa", json=body | {"name": name}, headers=admin)
        assert answer.json()["version"] == version
    assert (await item(ask))["published"] == "own-1"
    assert house.broker.of("tenant.configured.v1")[-1].data.config.prompts["answer"].published == "own-1"


async def test_a_restart_with_the_files_of_the_folder_leaves_them_and_makes_no_version(
    house, ask, tenant
) -> None:
    before = await published_by_the_api(ask)
    record = await house.gateway.register.store(TenantFile(**tenant.model_dump(exclude={"prompts"})))
    assert (record.version, record.config.prompts["answer"].published) == (before["version"], "own-1")


async def test_a_file_wins_where_it_names_prompts(house, ask, tenant) -> None:
    await published_by_the_api(ask)
    named = {"prompts": {"answer": {"published": "1"}, "summarise": {"own": {"own-1": "Sum up."}}}}
    file = TenantFile.model_validate(tenant.model_dump() | named)
    await house.gateway.register.configure(file)
    assert (await item(ask))["published"] == "1"
    await house.gateway.register.configure(
        TenantFile.model_validate(tenant.model_dump() | {"prompts": {"answer": {}}})
    )
    record = await house.gateway.records.get("rosa")
    assert record.config.prompts["answer"].published is None
    assert record.config.prompts["summarise"].own["own-1"].in_("it") == "Sum up."


async def test_secrets_stay_sealed_and_open(house, ask, tenant) -> None:
    await published_by_the_api(ask)
    assert "rosa app secret" not in house.broker.published[-1].model_dump_json()
    assert (await house.gateway.directory.get("rosa")).channels == tenant.channels


async def test_a_mistake_in_a_files_prompt_is_told_by_field(house, boss, tenant) -> None:
    admin = await house.login("admin@bellhop.local", "bellhop-demo")
    for prompts, field in (
        ({"answer": {"own": {"own-1": {"it": "{nothing}"}}}}, "prompts.answer.own.own-1.it"),
        ({"answer": {"pubished": "1"}}, "prompts.answer.pubished"),
        ({"answer": {"published": "own-1"}}, "prompts.answer"),
    ):
        body = tenant.model_dump(mode="json") | {"prompts": prompts}
        answer = await house.http.put("/api/v1/tenants/rosa", json=body, headers=admin)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
