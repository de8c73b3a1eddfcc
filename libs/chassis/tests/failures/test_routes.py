"""The desk's internal API, as the gateway reads it."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chassis.failures.routes import router
from chassis.http.problems import add_problem_handlers
from contracts.operations import FailureJobRequested

from .conftest import failure, job

FAILURES = "/internal/failures"


@pytest.fixture
async def http(place):
    app = FastAPI()
    add_problem_handlers(app)
    app.include_router(router)
    app.state.settings = SimpleNamespace(internal_token=SecretStr("inner"))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://scheduler",
        headers={"Authorization": "Bearer inner"},
    )
    async with place.at_work() as desk, client:
        app.state.failures = client.desk = desk
        yield client


async def take_in(place, *some):
    for one in some:
        await place.dead_letters().take_in(one)


async def test_failures_are_listed_by_what_is_asked_page_by_page(http, place):
    await take_in(place, *(failure(n, tenant=tenant) for n in range(3) for tenant in ("lyo", "sdb")))
    asked = {"tenant": "sdb", "kind": "dead-letter", "limit": 2}
    first = (await http.get(FAILURES, params=asked)).json()
    second = (await http.get(FAILURES, params={**asked, "after": first["next"]})).json()
    assert [one["tenant"] for one in first["items"] + second["items"]] == ["sdb"] * 3
    assert second["next"] is None
    assert {"payload", "headers", "lines"}.isdisjoint(first["items"][0])
    assert (await http.get(FAILURES, params={"exception": "KeyError"})).json()["items"] == []


async def test_one_is_shown_whole(http, place):
    await take_in(place, one := failure(payload={"n": 1}, headers={"tenantid": "lyo"}))
    shown = (await http.get(f"{FAILURES}/{one.id}")).json()
    assert (shown["payload"], shown["headers"], shown["history"]) == ({"n": 1}, {"tenantid": "lyo"}, [])
    assert (await http.get(f"{FAILURES}/{uuid4()}")).status_code == 404


async def test_groups_and_the_progress_of_a_job(http, place):
    await take_in(place, failure(), failure())
    (group,) = (await http.get(f"{FAILURES}/groups")).json()["items"]
    assert (group["count"], group["tenants"], len(group["id"])) == (2, ["lyo"], 6)
    asked = job()
    assert (await http.get(f"{FAILURES}/jobs/{asked.id}")).status_code == 404
    await http.desk.handlers[FailureJobRequested](asked)
    await place.done(http.desk, asked)
    told = (await http.get(f"{FAILURES}/jobs/{asked.id}")).json()
    assert (told["state"], told["total"], told["done"], told["failed"]) == ("done", 2, 2, 0)
    assert (told["by"], told["action"]) == ("ada@x.it", "retry")


@pytest.mark.parametrize("path", ["", "/groups", f"/{UUID(int=1)}", f"/jobs/{UUID(int=2)}"])
async def test_nobody_else_may_ask(http, path):
    answer = await http.get(FAILURES + path, headers={"Authorization": "Bearer other"})
    assert answer.status_code == 401
