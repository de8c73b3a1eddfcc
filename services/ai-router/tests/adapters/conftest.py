"""Questions to the vendors, what they answer in their own words, and a server that says it byte by byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from ai_router.adapters.anthropic import Anthropic
from ai_router.adapters.gemini import Gemini
from ai_router.adapters.openai import OpenAI
from ai_router.domain.ways import Key
from ai_router.ports import Vendor
from contracts.completions import CompletionRequested, Image, Prompt, Tool, ToolCall, Utterance

KEY = Key("any", "any-1", "sk-secret-key-of-ours")
TEXT = "Sì, dietro il negozio: «P» 🅿."
SCHEMA = {
    "type": "object",
    "properties": {"intent": {"enum": ["book", "ask"]}, "people": {"type": "integer", "minimum": 1}},
    "required": ["intent", "people"],
    "additionalProperties": False,
}
FITS = '{"intent": "book", "people": 2}'
SLOTS = Tool(
    name="free_slots",
    description="Free times of a day.",
    parameters={"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]},
)
CALL = ToolCall(id="call_1", name="free_slots", arguments={"day": "2026-03-03"})
IMAGE = Image(media_type="image/png", content="iVBORw0KGgo=")


def question(*turns: Utterance, instructions: str = "You are Lyo.", **more: Any) -> CompletionRequested:
    talk = turns or (Utterance(role="customer", text="Avete parcheggio?"),)
    prompt = Prompt(instructions=instructions, turns=talk)
    return CompletionRequested(purpose="answer", language="it", max_tokens=300, personal=prompt, **more)


@dataclass(frozen=True)
class Speech:
    """A vendor's words: a whole answer, the same as a stream's events, and an error."""

    make: Callable[..., Vendor]
    whole: Callable[..., dict[str, Any]]
    stream: Callable[..., list[bytes]]
    error: Callable[..., dict[str, Any]]
    too_long: str
    refused: str


def pieces(text: str) -> Iterable[str]:
    return (text[i : i + 4] for i in range(0, len(text), 4))


def openai_whole(
    text: str | None = TEXT, ending: str = "stop", call: ToolCall | None = None
) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if call:
        function = {"name": call.name, "arguments": json.dumps(call.arguments)}
        message["tool_calls"] = [{"id": call.id, "type": "function", "function": function}]
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "model": "m-2026",
        "choices": [{"index": 0, "message": message, "finish_reason": ending, "logprobs": None}],
        "usage": {
            "prompt_tokens": 40, "completion_tokens": 8, "prompt_tokens_details": {"cached_tokens": 32},
        },
    }  # fmt: skip


def openai_stream(text: str = TEXT, ending: str = "stop", call: ToolCall | None = None) -> list[bytes]:
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": ""},
        *({"content": p} for p in pieces(text)),
    ]
    if call:
        deltas.append(
            {"tool_calls": [{"index": 0, "id": call.id, "function": {"name": call.name, "arguments": ""}}]}
        )
        deltas += (
            {"tool_calls": [{"index": 0, "function": {"arguments": p}}]}
            for p in pieces(json.dumps(call.arguments))
        )
    choices: list[Any] = [[{"index": 0, "delta": delta, "finish_reason": None}] for delta in deltas]
    choices += [[{"index": 0, "delta": {}, "finish_reason": ending}], []]
    chunks: list[dict[str, Any]] = [{"model": "m-2026", "choices": one, "usage": None} for one in choices]
    chunks[-1]["usage"] = openai_whole()["usage"]
    return [b": OPENROUTER PROCESSING\n\n", *map(event, chunks), b"data: [DONE]\n\n"]


def openai_error(kind: str = "server_error", code: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "error": {"message": f"{KEY.secret} parcheggio", "type": kind, "param": None, "code": code, **more}
    }


def anthropic_whole(
    text: str | None = TEXT, ending: str = "end_turn", call: ToolCall | None = None
) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
    if call:
        content.append({"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments})
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m-2026", "content": content,
        "stop_reason": ending, "stop_sequence": None,
        "usage": {"input_tokens": 8, "cache_read_input_tokens": 32, "output_tokens": 8},
    }  # fmt: skip


def anthropic_stream(text: str = TEXT, ending: str = "end_turn", call: ToolCall | None = None) -> list[bytes]:
    start = anthropic_whole("", "") | {"stop_reason": None}
    start["usage"] = start["usage"] | {"output_tokens": 1}
    told: list[dict[str, Any]] = [{"type": "message_start", "message": start}, {"type": "ping"}]
    told.append({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for piece in pieces(text):
        delta = {"type": "text_delta", "text": piece}
        told.append({"type": "content_block_delta", "index": 0, "delta": delta})
    told.append({"type": "content_block_stop", "index": 0})
    if call:
        block = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        told.append({"type": "content_block_start", "index": 1, "content_block": block})
        for piece in pieces(json.dumps(call.arguments)):
            delta = {"type": "input_json_delta", "partial_json": piece}
            told.append({"type": "content_block_delta", "index": 1, "delta": delta})
        told.append({"type": "content_block_stop", "index": 1})
    last: dict[str, Any] = {
        "type": "message_delta",
        "delta": {"stop_reason": ending},
        "usage": {"output_tokens": 8},
    }
    return [b"event: x\n" + event(one) for one in [*told, last, {"type": "message_stop"}]]


def anthropic_error(kind: str = "api_error", message: str = "") -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message or f"{KEY.secret} parcheggio"}}


def gemini_whole(
    text: str | None = TEXT, ending: str | None = "STOP", call: ToolCall | None = None
) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"text": "Hmm.", "thought": True}, {"text": text}] if text else []
    if call:
        parts.append({"functionCall": {"id": call.id, "name": call.name, "args": call.arguments}})
    return {
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": ending, "index": 0}],
        "usageMetadata": {
            "promptTokenCount": 40, "candidatesTokenCount": 5, "thoughtsTokenCount": 3,
            "cachedContentTokenCount": 32,
        },
        "modelVersion": "m-2026",
    }  # fmt: skip


def gemini_stream(text: str = TEXT, ending: str = "STOP", call: ToolCall | None = None) -> list[bytes]:
    told = [gemini_whole(piece, None) for piece in pieces(text)] + [gemini_whole(None, ending, call)]
    return [event(one).replace(b"\n", b"\r\n") for one in told]


def gemini_error(code: int = 500, status: str = "INTERNAL", *details: dict[str, Any]) -> dict[str, Any]:
    message = f"{KEY.secret} parcheggio"
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


def event(content: Any) -> bytes:
    return b"data: " + json.dumps(content, ensure_ascii=False).encode() + b"\n\n"


SPEECHES = {
    "openai": Speech(OpenAI, openai_whole, openai_stream, openai_error, "length", "content_filter"),
    "anthropic": Speech(
        Anthropic, anthropic_whole, anthropic_stream, anthropic_error, "max_tokens", "refusal"
    ),
    "gemini": Speech(Gemini, gemini_whole, gemini_stream, gemini_error, "MAX_TOKENS", "SAFETY"),
}


def response(body: bytes, *, status: int = 200, kind: str = "application/json", lacking: int = 0) -> bytes:
    """With a length that says `lacking` more than the body has."""
    length = len(body) + lacking
    return f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n".encode() + body


def chunked(events: Iterable[bytes], *, whole: bool = True) -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    return [head, *(b"%x\r\n%s\r\n" % (len(one), one) for one in events), *([b"0\r\n\r\n"] if whole else [])]


@dataclass
class StandIn:
    """Answers every request with the same bytes and pauses (seconds), then closes, or waits for more."""

    url: str = ""
    told: list[bytes | float] = field(default_factory=list)
    closes: bool = False
    connections: int = 0
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((head[0].split(" ")[1], headers, json.loads(body)))
        for one in self.told:
            if isinstance(one, bytes):
                writer.write(one)
                await writer.drain()
            else:
                await asyncio.sleep(one)
        if self.closes:
            writer.close()


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    one = StandIn()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield one
    server.close()


@pytest.fixture
async def client(stand_in: StandIn) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stand_in.url, verify=False) as one:
        yield one


@pytest.fixture(params=SPEECHES)
def speech(request: pytest.FixtureRequest) -> Speech:
    return SPEECHES[request.param]
