"""Web chat with a real Redis in between: the test writes what the notifier writes."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

pytestmark = pytest.mark.servers


async def say(live: Any, session: str, text: str, turn: Any = None, message_id: UUID | None = None) -> str:
    said = str(message_id or uuid4())
    message = {
        "id": said,
        "correlation_id": str(turn or uuid4()),
        "text": text,
        "options": [{"id": "yes", "title": "Sì"}],
    }
    await live.redis.xadd(f"webchat:lyo:{session}", {"message": json.dumps(message)}, maxlen=100)
    return said


def socket_url(live: Any, session: str, query: str = "", tenant: str = "lyo") -> str:
    return f"ws{live.url.removeprefix('http')}/api/v1/chat/{tenant}/{session}{query}"


async def heard(socket: Any) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return dict(json.loads(await socket.recv()))


async def answer_next(live: Any, count: int, *texts: str) -> None:
    event = (await live.settle("message.received.v1", count))[-1]
    for text in texts:
        await say(live, event.data.personal.address, text, event.correlationid)


async def test_the_replies_of_the_turn_come_with_the_answer(live) -> None:
    await say(live, "s-1", "of an earlier turn")
    answering = asyncio.create_task(answer_next(live, 1, "one", "two"))
    post = {"tenant": "lyo", "session": "s-1", "text": "Ciao", "id": "m-1"}
    answer = await live.http.post("/api/v1/chat", json=post)
    await answering
    assert answer.status_code == 200
    assert [one["text"] for one in answer.json()["replies"]] == ["one", "two"]
    assert answer.json()["replies"][0]["options"] == [{"id": "yes", "title": "Sì"}]
    again = await live.http.post("/api/v1/chat", json=post)
    assert again.json() == answer.json()
    assert len(live.of("message.received.v1")) == 1


async def test_over_the_socket(live) -> None:
    async with connect(socket_url(live, "s-1")) as socket:
        await socket.send(json.dumps({"text": "Ciao", "id": "m-1"}))
        accepted = await heard(socket)
        (event,) = await live.settle("message.received.v1", 1)
        assert accepted == {"type": "accepted", "message_id": str(event.id), "id": "m-1"}
        said = await say(live, "s-1", "Buongiorno", event.correlationid)
        assert await heard(socket) == {
            "type": "message", "id": said, "text": "Buongiorno", "options": [{"id": "yes", "title": "Sì"}],
        }  # fmt: skip
        async with connect(socket_url(live, "s-1")) as second_page:
            await say(live, "s-1", "a reminder")
            assert (await heard(socket))["text"] == (await heard(second_page))["text"] == "a reminder"


async def test_what_was_missed_comes_after_a_reconnect_and_nothing_twice(live) -> None:
    first = await say(live, "s-1", "one")
    async with connect(socket_url(live, "s-1", "?after=0")) as socket:
        assert (await heard(socket))["text"] == "one"
    doubled = uuid4()
    await say(live, "s-1", "two", message_id=doubled)
    await say(live, "s-1", "two", message_id=doubled)
    async with connect(socket_url(live, "s-1", f"?after={first}")) as socket:
        assert (await heard(socket))["text"] == "two"
        await say(live, "s-1", "three")
        assert (await heard(socket))["text"] == "three"
    async with connect(socket_url(live, "s-1")) as socket:
        await say(live, "s-1", "four")
        assert (await heard(socket))["text"] == "four"


BAD_FRAMES: list[str | bytes] = [
    "",
    "x",
    "[]",
    "null",
    "{}",
    '{"text":""}',
    '{"text":5}',
    "[" * 60_000,
    '{"text":"' + "x" * 70_000 + '"}',
    b"\xff\xfe",
    b"",
    '{"text":"a","id":"a b"}',
    '{"choice":"' + "x" * 65 + '"}',
    "NaN",
    '{"text":NaN}',
]


async def test_a_bad_frame_gets_an_error_and_the_socket_stays_open(live) -> None:
    async with connect(socket_url(live, "s-1")) as socket:
        for frame in BAD_FRAMES:
            await socket.send(frame)
            assert (await heard(socket))["type"] == "error", frame
        await socket.send('{"text":"Ciao \\ud800"}')
        assert (await heard(socket))["type"] == "accepted"
    # Where there is nothing to talk to, no socket opens.
    for tenant, session in [
        ("nobody", "s"),
        ("LYO", "s"),
        ("lyo", "a%20b"),
        ("lyo", "x" * 129),
        ("lyo", "a%0a"),
    ]:
        with pytest.raises(InvalidStatus) as caught:
            await connect(socket_url(live, session, tenant=tenant))
        assert caught.value.response.status_code == 404


async def test_two_hundred_visitors_hear_only_what_is_theirs(live) -> None:
    sessions = [f"s-{n}" for n in range(200)]
    async with AsyncExitStack() as stack:
        entering = (stack.enter_async_context(connect(socket_url(live, one))) for one in sessions)
        sockets = await asyncio.gather(*entering)
        for one in sessions:
            await say(live, one, f"for {one}")
        texts = [(await heard(socket))["text"] for socket in sockets]
        mine = str(live.redis.connection_pool.connection_kwargs["db"])
        connections = [one for one in await live.redis.client_list() if one["db"] == mine]
    assert texts == [f"for {one}" for one in sessions]
    assert len(connections) < 80
