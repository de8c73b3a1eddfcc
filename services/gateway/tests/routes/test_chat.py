"""Web chat over plain HTTP."""

import pytest

from contracts.envelope import conversation_id
from gateway.domain.tenant_file import TenantFile

SAID = {"tenant": "rosa", "session": "s-1", "text": "Ciao"}


async def test_what_is_said_is_published_and_answered_later_if_it_takes_long(house) -> None:
    answer = await house.http.post("/api/v1/chat", json=SAID)
    (event,) = house.broker.published
    assert answer.status_code == 202
    assert answer.json() == {
        "conversation": conversation_id("rosa", "webchat", "s-1"),
        "message_id": str(event.id),
        "replies": [],
    }
    assert (event.data.kind, event.data.personal.text) == ("text", "Ciao")


async def test_two_messages_with_the_same_words_are_two(house) -> None:
    for _ in range(2):
        await house.http.post("/api/v1/chat", json=SAID)
    assert len({event.id for event in house.broker.published}) == 2


async def test_the_pages_own_id_makes_them_one(house) -> None:
    for _ in range(2):
        await house.http.post("/api/v1/chat", json=SAID | {"id": "m-1"})
    assert len({event.id for event in house.broker.published}) == 1


@pytest.mark.parametrize("tenant", ["nobody", "", "ROSA", "../rosa", "rosa\0", "x" * 64])
async def test_an_unknown_tenant(house, tenant: str) -> None:
    answer = await house.http.post("/api/v1/chat", json=SAID | {"tenant": tenant})
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize("webchat", [None, {"enabled": False}])
async def test_a_tenant_without_web_chat(house, tenant, webchat) -> None:
    channels = tenant.channels.model_dump() | {"webchat": webchat}
    await house.gateway.register.configure(TenantFile(**(tenant.model_dump() | {"channels": channels})))
    assert (await house.http.post("/api/v1/chat", json=SAID)).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"session": "a b"},
        {"session": None},
        {"text": ""},
        {"text": "x" * 4097},
        {"text": 5},
        {"choice": "x" * 65},
        {"id": "a b"},
        {"name": []},
        {"text": None},
    ],
)
async def test_what_does_not_fit_is_refused(house, change) -> None:
    answer = await house.http.post("/api/v1/chat", json=SAID | change)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert house.broker.published == []


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"[" * 50_000, b"\xff", b'{"text":"\\ud800"}', b"NaN"])
async def test_garbage_is_the_senders_fault(house, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await house.http.post("/api/v1/chat", content=body, headers=headers)
    assert 400 <= answer.status_code < 500


async def test_half_a_character_does_no_harm(house) -> None:
    body = b'{"tenant":"rosa","session":"s","text":"a\\ud800","name":"\\ud800\\u0000"}'
    headers = {"Content-Type": "application/json"}
    answer = await house.http.post("/api/v1/chat", content=body, headers=headers)
    assert answer.status_code in (202, 422)


async def test_with_the_broker_down_one_shall_come_again(house) -> None:
    house.broker.down = True
    answer = await house.http.post("/api/v1/chat", json=SAID)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
