"""Logging in, and what a token opens."""

from typing import Any

import httpx
import pytest

BOOKINGS = {"items": [{"id": "b1", "start": "2026-03-03T15:00:00+01:00"}], "next": None}


async def test_the_administrator_logs_in(house) -> None:
    given = {"email": "Admin@bellhop.local ", "password": "bellhop-demo"}
    answer = await house.http.post("/api/v1/auth/login", json=given)
    assert answer.status_code == 200
    assert answer.json() | {"access_token": ""} == {
        "access_token": "",
        "token_type": "bearer",
        "expires_in": 1800,
    }


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("boss@rosa.it", "nero nero nero"),
        ("nobody@rosa.it", "rosa rosa rosa"),
        ("", ""),
        ("boss@rosa.it", ""),
        ("admin@bellhop.local", "rosa rosa rosa"),
        ("boss@rosa.it", "é" * 200),
        ("$ne", "x"),
        ("boss@rosa.it\0", "x"),
    ],
)
async def test_wrong_is_wrong_and_says_no_more(house, email: str, password: str) -> None:
    answer = await house.http.post("/api/v1/auth/login", json={"email": email, "password": password})
    assert (answer.status_code, answer.json()["title"]) == (401, "E-mail address or password is wrong")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b"{}",
        b'{"email":1,"password":2}',
        b'{"email":"a"}',
        b"[" * 50_000,
        b"\xff",
        b'{"email":"\\ud800","password":"\\ud800"}',
        b'{"email":"' + b"x" * 5000 + b'","password":"x"}',
        b'{"email":NaN,"password":{}}',
        b'{"email":"x","password":' + b"1" * 5000 + b"}",
    ],
)
async def test_garbage_is_the_senders_fault(house, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await house.http.post("/api/v1/auth/login", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_password_is_never_repeated_in_an_error(house) -> None:
    answer = await house.http.post("/api/v1/auth/login", json={"email": 5, "password": "hunter2" * 60})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    "path", ["tenants", "tenants/rosa", "tenants/rosa/bookings", "tenants/rosa/conversations/x"]
)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer \xe9"])
async def test_without_a_token_nothing_opens(house, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    answer = await house.http.get(f"/api/v1/{path}", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert house.asked == []


@pytest.fixture
async def rosa(house: Any) -> Any:
    return await house.login("boss@rosa.it", "rosa rosa rosa")


@pytest.fixture
async def admin(house: Any) -> Any:
    return await house.login("admin@bellhop.local", "bellhop-demo")


async def test_a_tenant_sees_its_own_bookings(house, rosa) -> None:
    house.internal["/internal/tenants/rosa/bookings"] = httpx.Response(200, json=BOOKINGS)
    answer = await house.http.get(
        "/api/v1/tenants/rosa/bookings?status=confirmed&tenant=nero&limit=5", headers=rosa
    )
    assert (answer.status_code, answer.json()) == (200, BOOKINGS)
    (asked,) = house.asked
    assert asked.headers["authorization"] == "Bearer inner token"
    assert dict(asked.url.params) == {"status": "confirmed", "limit": "5"}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/bookings",
        "/conversations",
        "/conversations/6f1c",
        "/..%2Frosa/bookings",
        "/bookings?tenant=rosa",
    ],
)
@pytest.mark.parametrize("tenant", ["nero", "nobody", "rosa%2F..%2Fnero", "ROSA", "%2e%2e"])
async def test_and_nobody_elses(house, rosa, tenant: str, path: str) -> None:
    answer = await house.http.get(f"/api/v1/tenants/{tenant}{path}", headers=rosa)
    assert answer.status_code == 404
    assert house.asked == []


async def test_the_list_is_ones_own_or_all(house, rosa, admin) -> None:
    async def listed(headers: dict[str, str]) -> list[str]:
        answer = await house.http.get("/api/v1/tenants", headers=headers)
        return [one["id"] for one in answer.json()["items"]]

    assert await listed(rosa) == ["rosa"]
    assert await listed(admin) == ["nero", "rosa"]


async def test_an_administrator_sees_everybody(house, admin) -> None:
    house.internal["/internal/tenants/nero/conversations"] = httpx.Response(
        200, json={"items": [], "next": None}
    )
    answer = await house.http.get("/api/v1/tenants/nero/conversations", headers=admin)
    assert answer.status_code == 200


async def test_one_conversation(house, rosa) -> None:
    name = "5f0c7a52-8d07-5c3e-9a55-0d6c5a0a3b11"
    house.internal[f"/internal/tenants/rosa/conversations/{name}"] = httpx.Response(200, json={"id": name})
    answer = await house.http.get(f"/api/v1/tenants/rosa/conversations/{name}", headers=rosa)
    assert (answer.status_code, answer.json()) == (200, {"id": name})


@pytest.mark.parametrize("name", ["%2e%2e", "x", "..%2F..%2Fnero%2Fconversations", "a" * 400])
async def test_what_is_no_conversation_is_not_even_asked_for(house, rosa, admin, name: str) -> None:
    for headers in (rosa, admin):
        answer = await house.http.get(f"/api/v1/tenants/rosa/conversations/{name}", headers=headers)
        assert answer.status_code == 404
    assert house.asked == []


async def test_a_conversation_that_is_not_there(house, rosa) -> None:
    answer = await house.http.get(
        "/api/v1/tenants/rosa/conversations/..%2F..%2Fnero%2Fconversations", headers=rosa
    )
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "upstream",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(401),
        httpx.Response(302),
    ],
)
async def test_with_the_service_away_one_shall_come_again(house, rosa, upstream: Any) -> None:
    house.internal["/internal/tenants/rosa/bookings"] = upstream
    answer = await house.http.get("/api/v1/tenants/rosa/bookings", headers=rosa)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_what_the_service_finds_wrong_is_passed_on(house, rosa) -> None:
    problem = {"title": "The request does not fit", "errors": [{"field": "from", "problem": "no date"}]}
    house.internal["/internal/tenants/rosa/bookings"] = httpx.Response(422, json=problem)
    answer = await house.http.get("/api/v1/tenants/rosa/bookings?from=x", headers=rosa)
    assert (answer.status_code, answer.json()["errors"]) == (422, problem["errors"])
