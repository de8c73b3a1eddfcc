"""The same question in every vendor's language."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

QUESTION = "Avete un parcheggio?"


@dataclass(frozen=True)
class Vendor:
    path: str
    stream_path: str
    header: str
    prefix: str
    body: dict[str, Any]

    def headers(self, key: str) -> dict[str, str]:
        return {self.header: f"{self.prefix}{key}", "anthropic-version": "2023-06-01"}


CHAT = {"messages": [{"role": "user", "content": QUESTION}]}
GEMINI = "/ai/gemini/v1beta/models/gemini-2.5-flash"
CHAT_PATH = "/ai/openai/v1/chat/completions"
OPENROUTER_PATH = "/ai/openrouter/api/v1/chat/completions"
CLAUDE_PATH = "/ai/anthropic/v1/messages"
VENDORS = {
    "openai": Vendor(CHAT_PATH, CHAT_PATH, "authorization", "Bearer ", {**CHAT, "model": "gpt-4o-mini"}),
    "openrouter": Vendor(
        OPENROUTER_PATH, OPENROUTER_PATH, "authorization", "Bearer ", {**CHAT, "model": "openai/gpt-4o-mini"}
    ),
    "anthropic": Vendor(
        CLAUDE_PATH, CLAUDE_PATH, "x-api-key", "", {**CHAT, "model": "claude-haiku-4-5", "max_tokens": 300}
    ),
    "gemini": Vendor(
        f"{GEMINI}:generateContent", f"{GEMINI}:streamGenerateContent?alt=sse", "x-goog-api-key", "",
        {"contents": [{"role": "user", "parts": [{"text": QUESTION}]}]},
    ),
}  # fmt: skip


async def ask(
    sandbox: httpx.AsyncClient, vendor: str, *, key: str = "", stream: bool = False, **changes: Any
) -> httpx.Response:
    """Asks; a change to None leaves a member out."""
    one = VENDORS[vendor]
    body = {name: value for name, value in (one.body | changes).items() if value is not None}
    if stream and vendor != "gemini":
        body["stream"] = True
    path = one.stream_path if stream else one.path
    return await sandbox.post(path, json=body, headers=one.headers(key or f"sandbox-{vendor}-1"))


def events(answer: httpx.Response) -> list[Any]:
    """What a stream told, without what is no JSON."""
    told = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
    return [json.loads(one) for one in told]
