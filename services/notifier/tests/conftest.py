"""A vendor on loopback that answers what the test told it, and the requests of a tenant's conversation."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from chassis.sealing import SealedBox, seal_secrets
from contracts.envelope import NAMESPACE, Event, conversation_id
from contracts.events import first
from contracts.messages import Channel, MessageSendRequested, Option, Outbound
from contracts.tenants import Channels, TelegramAccount, TenantConfig, WebChat, WhatsAppAccount

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Vendor:
    """Answers are (status, body) in turn; the last one stays. None: it closes; "": it says nothing."""

    url: str = ""
    answers: list[tuple[int, Any] | str | None] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    answer_headers: dict[str, str] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.requests.append(Received(head[0].split(" ")[1], headers, json.loads(body)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            return False
        if isinstance(answer, str):
            await asyncio.sleep(60)
            return False
        status, content = answer
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        more = "".join(f"{name}: {value}\r\n" for name, value in self.answer_headers.items())
        writer.write(f"HTTP/1.1 {status} X\r\n{more}content-length: {len(raw)}\r\n\r\n".encode() + raw)
        await writer.drain()
        return True


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    one = Vendor()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield one
    server.close()


@pytest.fixture
def box() -> SealedBox:
    return SealedBox("a key for tests")


@pytest.fixture
def tenant(box: SealedBox) -> TenantConfig:
    channels = Channels(
        whatsapp=WhatsAppAccount(
            phone_number_id="100000000000001", access_token="secret-token", app_secret="x", verify_token="y"
        ),
        telegram=TelegramAccount(bot_token="1001:secret-token", secret_token="z"),
        webchat=WebChat(),
    )
    config = TenantConfig(id="lyo", name="Lyo", timezone="Europe/Rome", languages=("it",), channels=channels)
    return seal_secrets(config, box, "lyo")


Asking = Callable[..., Event[MessageSendRequested]]


@pytest.fixture
def request_for() -> Asking:
    def make(
        channel: Channel = Channel.WHATSAPP,
        *,
        text: str = "Ciao!",
        options: int | tuple[Option, ...] = 0,
        address: str = "393331234567",
        **more: Any,
    ) -> Event[MessageSendRequested]:
        if isinstance(options, int):
            options = tuple(Option(id=f"slot:{n}", title=f"Alle {n}") for n in range(options))
        data = MessageSendRequested(
            channel=channel,
            account="100000000000001",
            language=more.get("language", "it"),
            purpose=more.get("purpose", "reply"),
            personal=Outbound(address=address, text=text, options=options),
        )
        name = uuid5(NAMESPACE, more.get("name", "a request"))
        partition = conversation_id("lyo", channel, address)
        return first(
            data, event_id=UUID(str(name)), source="test", tenant="lyo", partition=partition, time=NOON
        )

    return make
