"""An AI vendor on loopback that answers what the test told it, and a customer's question."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.completions import CompletionRequested, Prompt, Utterance
from contracts.envelope import Event
from contracts.events import first

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUESTION = CompletionRequested(
    purpose="answer",
    language="it",
    max_tokens=300,
    personal=Prompt(
        instructions="You are the front desk of Lyo.",
        turns=(
            Utterance(role="customer", text="Ciao"),
            Utterance(role="business", text="Buongiorno!"),
            Utterance(role="customer", text="Avete parcheggio?"),
        ),
    ),
)


@dataclass
class Vendor:
    """Answers (status, body) to every request. None: closes without an answer; "": says nothing."""

    url: str = ""
    answer: tuple[int, Any] | str | None = None
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
            body = await reader.readexactly(int(headers["content-length"]))
            self.requests.append((head[0].split(" ")[1], headers, json.loads(body)))
            if isinstance(self.answer, str):
                await asyncio.sleep(60)
            elif self.answer is not None:
                status, content = self.answer
                raw = content if isinstance(content, bytes) else json.dumps(content).encode()
                writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(raw)}\r\n\r\n".encode() + raw)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    one = Vendor()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield one
    server.close()


@pytest.fixture
def question() -> Event[CompletionRequested]:
    return first(
        QUESTION, event_id=UUID(int=7), source="conversation", tenant="lyo", partition="c", time=NOON
    )
