from typing import Literal

import httpx
import pytest
from fastapi import Depends, FastAPI

from chassis.errors import TransientError
from chassis.http.internal import internal_only
from chassis.http.problems import Problem, add_problem_handlers
from chassis.messaging.publisher import BrokerUnavailable
from chassis.settings import ServiceSettings


@pytest.fixture
async def client():
    app = FastAPI()
    app.state.settings = ServiceSettings(internal_token="the-internal-token")
    add_problem_handlers(app)

    @app.get("/full")
    async def full() -> None:
        raise Problem(409, "Taken", "by somebody", headers={"X-Why": "so"}, free=["10:00"])

    @app.get("/away")
    async def away() -> None:
        raise TransientError("broker", retry_after=7)

    @app.get("/unconfirmed")
    async def unconfirmed() -> None:
        raise BrokerUnavailable("RabbitMQ did not confirm within 1.5 s")

    @app.get("/bug")
    async def bug() -> None:
        raise KeyError("password=hunter2")

    @app.get("/number/{n}")
    async def number(n: int) -> int:
        return n

    @app.post("/words")
    async def words(content: dict[Literal["a", "b"], int]) -> int:
        return len(content)

    @app.post("/body")
    async def body(content: dict[str, int]) -> int:
        return len(content)

    @app.get("/inside", dependencies=[Depends(internal_only)])
    async def inside() -> str:
        return "in"

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
        yield one


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/full", 409, "Taken"),
        ("/away", 503, "Try again shortly"),
        ("/bug", 500, "Something went wrong on our side"),
        ("/nowhere", 404, "Not Found"),
        ("/number/x", 422, "The request does not fit"),
        ("/inside", 401, "Only Bellhop's own services may ask"),
    ],
)
async def test_every_error_is_a_problem(client, path, status, title):
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == title
    assert answer.json()["status"] == status
    assert "hunter2" not in answer.text


async def test_a_problem_carries_its_headers_and_members(client):
    answer = await client.get("/full")
    assert answer.headers["x-why"] == "so"
    assert answer.json()["detail"] == "by somebody"
    assert answer.json()["free"] == ["10:00"]


async def test_what_is_away_says_when_to_come_again(client):
    assert (await client.get("/away")).headers["retry-after"] == "7"


async def test_what_may_still_be_done_says_so_and_what_was_not_begun_does_not(client):
    answer = await client.get("/unconfirmed")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "may still be done: look before you ask again" in answer.json()["detail"]
    assert "detail" not in (await client.get("/away")).json()


async def test_the_internal_token_opens(client):
    answer = await client.get("/inside", headers={"Authorization": "Bearer the-internal-token"})
    assert answer.json() == "in"


async def test_the_wrong_token_does_not(client):
    for token in ("", "Bearer ", "Bearer the-internal-toke", "the-internal-token", "Bearer é"):
        answer = await client.get("/inside", headers={"Authorization": token.encode()})
        assert answer.status_code == 401


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"", 422), (b'{"a": "x"}', 422), (b"{}", 200)])
async def test_what_is_no_json_is_told_from_what_does_not_fit(client, body, status):
    answer = await client.post("/body", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status


async def test_a_name_that_is_wrong_is_the_field(client):
    (error,) = (await client.post("/words", json={"c": 1})).json()["errors"]
    assert error == {"field": "body.c", "problem": "Input should be 'a' or 'b'"}
