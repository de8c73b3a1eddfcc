"""However an answer breaks off or is late: half of one is never passed on, and every failure has its name."""

import asyncio
import json
import socket

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_router.domain.failures import BadKey, CutOff, Malformed, TimedOut, VendorDown, VendorFailure
from ai_router.domain.ways import Key
from chassis.http.client import vendor_client

from .conftest import KEY, SPEECHES, TEXT, chunked, question, response


async def asked(speech, client, patience=5.0, key=KEY):
    return await speech.make(client, stream=True).complete(question(), "m", key, patience)


async def failure_of(asking) -> VendorFailure:
    with pytest.raises(VendorFailure) as failure:
        await asking
    return failure.value


MEMBERS = [
    "choices",
    "message",
    "delta",
    "content",
    "error",
    "candidates",
    "parts",
    "usage",
    "type",
    "code",
    "metadata",
    "headers",
    "details",
    "finish_reason",
    "text",
    "index",
    "tool_calls",
    "function",
    "arguments",
    "stop_reason",
    "content_block",
]


class Torn(httpx.AsyncByteStream):
    """A body of some pieces that ends, or breaks."""

    def __init__(self, pieces, breaks):
        self.pieces, self.breaks = pieces, breaks

    async def __aiter__(self):
        for piece in self.pieces:
            yield piece
        if self.breaks:
            raise httpx.RemoteProtocolError("peer closed connection")


async def torn(speech, pieces, breaks, kind="text/event-stream"):
    def answer(request):
        return httpx.Response(200, headers={"content-type": kind}, stream=Torn(pieces, breaks))

    async with httpx.AsyncClient(base_url="http://v", transport=httpx.MockTransport(answer)) as client:
        return await asked(speech, client)


def enough(name: str) -> int:
    """How many events of the stream hold the whole answer, its ending included."""
    events = SPEECHES[name].stream()
    return len(events) - 2 if name == "openai" else len(events)  # then the usage, then [DONE]


@pytest.mark.parametrize("breaks", [False, True])
async def test_a_stream_cut_after_any_event_is_no_answer(speech, breaks):
    name = next(name for name, one in SPEECHES.items() if one is speech)
    events = speech.stream()
    for count in range(enough(name)):
        assert isinstance(await failure_of(torn(speech, events[:count], breaks)), CutOff)
    assert (await torn(speech, events, breaks=False)).text == TEXT


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(SPEECHES)), st.data())
def test_a_stream_cut_anywhere_and_sent_in_any_pieces_is_whole_or_no_answer(name, data):
    speech = SPEECHES[name]
    events = speech.stream()
    body, least = b"".join(events), len(b"".join(events[: enough(name)]))
    cut = data.draw(st.integers(0, len(body)))
    breaks = data.draw(st.booleans())
    places = sorted(data.draw(st.lists(st.integers(0, cut), max_size=5)))
    pieces = [body[a:b] for a, b in zip([0, *places], [*places, cut], strict=True)]
    try:
        answer = asyncio.run(torn(speech, pieces, breaks))
    except CutOff:
        assert breaks or cut < least
    else:
        assert answer.text == TEXT
        assert cut >= least


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(sorted(SPEECHES)),
    st.sampled_from(["application/json", "text/event-stream"]),
    st.binary(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(MEMBERS), inner),
    ),
)
def test_no_answer_however_strange_is_anything_but_a_failure(name, kind, junk, content):
    body = json.dumps(content).encode()
    for raw in (junk, body, b"data: " + body + b"\n\n", b"data: " + junk + b"\n\n"):
        with pytest.raises(VendorFailure):
            asyncio.run(torn(SPEECHES[name], [raw], False, kind))


@pytest.mark.parametrize("lacking", [1, 500])
async def test_a_body_shorter_than_it_says_is_cut_off(speech, stand_in, client, lacking):
    stand_in.told, stand_in.closes = [response(json.dumps(speech.whole()).encode(), lacking=lacking)], True
    assert isinstance(await failure_of(asked(speech, client)), CutOff)


async def test_a_chunked_body_without_its_end_is_cut_off(speech, stand_in, client):
    events = speech.stream()
    stand_in.told, stand_in.closes = chunked(events[: len(events) // 2], whole=False), True
    assert isinstance(await failure_of(asked(speech, client)), CutOff)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"SSH-2.0\r\n\r\n"])
async def test_who_breaks_off_before_an_answer_begins_is_down(speech, stand_in, client, said):
    stand_in.told, stand_in.closes = [said], True
    assert isinstance(await failure_of(asked(speech, client)), VendorDown)


async def test_who_takes_no_connection_is_down(speech):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{nobody.getsockname()[1]}") as client:
            assert isinstance(await failure_of(asked(speech, client)), VendorDown)


@pytest.mark.parametrize("pauses", [[60.0], [0.02] * 100])
async def test_one_deadline_holds_for_silence_and_for_a_slow_drip(speech, stand_in, client, pauses):
    events = chunked([speech.stream()[0]], whole=False)
    stand_in.told = [
        part for pause in pauses for part in (pause, events.pop(0) if events else b"3\r\n: \n\r\n")
    ]
    failure = await failure_of(asked(speech, client, patience=0.15))
    assert isinstance(failure, TimedOut)
    assert failure.detail == "no whole answer within 0.15 s"


async def test_a_connection_is_used_again_after_a_stream(speech, stand_in):
    stand_in.told = chunked(speech.stream())
    async with vendor_client(stand_in.url, 5) as client:
        for _ in range(3):
            await asked(speech, client)
    assert (len(stand_in.requests), stand_in.connections) == (3, 1)


async def test_a_call_given_up_by_us_leaves_the_client_as_it_was(speech, stand_in):
    async with vendor_client(stand_in.url, 5) as client:
        stand_in.told = [*chunked(speech.stream()[:3], whole=False), 60.0]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await asked(speech, client)
        stand_in.told = chunked(speech.stream())
        assert (await asked(speech, client)).text == TEXT


@pytest.mark.parametrize("name", ["openai", "anthropic"])
async def test_an_answer_that_is_whole_does_not_wait_for_the_end_of_the_body(stand_in, client, name):
    stand_in.told = [*chunked(SPEECHES[name].stream(), whole=False), 60.0]
    assert (await asked(SPEECHES[name], client)).text == TEXT


async def test_an_answer_without_end_is_malformed(speech):
    failure = await failure_of(torn(speech, [b": x" * 1_000_000] * 4, breaks=False))
    assert isinstance(failure, Malformed)


async def test_a_key_that_no_header_can_hold_is_a_bad_one(speech, stand_in, client):
    stand_in.told = [response(b"{}")]
    failure = await failure_of(asked(speech, client, key=Key("v", "v-1", "sk-one\nsk-two")))
    assert isinstance(failure, BadKey)
    assert "sk-" not in str(failure)
    assert stand_in.requests == []
