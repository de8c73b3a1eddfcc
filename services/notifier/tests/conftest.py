"""A vendor on loopback, requests of a tenant's conversation, and a world whose processes die where told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from chassis.sealing import SealedBox, seal_secrets
from chassis.storage import Conflict
from contracts.envelope import NAMESPACE, Event, conversation_id
from contracts.events import first
from contracts.messages import Channel, MessageSendRequested, Option, Outbound
from contracts.tenants import (
    Channels,
    SendingRules,
    TelegramAccount,
    TenantConfig,
    WebChat,
    WhatsAppAccount,
)
from notifier.domain.doubt import Doubt
from notifier.handlers.attempts import Attempts
from notifier.handlers.doubts import OpenDoubts
from notifier.handlers.receipts import Receipts
from notifier.handlers.resending import Resending
from notifier.handlers.sending import Sending
from notifier.handlers.uncertain_sends import UncertainSends
from notifier.ports import Accepted, Record

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
    server: asyncio.Server | None = None

    async def away(self) -> None:
        """Nobody listens any more."""
        assert self.server
        self.server.close()
        await self.server.wait_closed()

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
    one.server = server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
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


@pytest.fixture(scope="session")
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


class Died(BaseException):
    """The process is gone."""


class Pause:
    """Lets whoever drives this process look away from it."""

    def __await__(self) -> Generator[None, None, None]:
        yield


@dataclass
class World:
    """What outlives a process: the store, the vendor, the broker. `trouble` strikes at the n-th point."""

    Died = Died
    strike_at: int = -1
    trouble: Callable[[str], BaseException | None] = lambda _: Died()
    points: list[str] = field(default_factory=list)
    records: dict[UUID, Record] = field(default_factory=dict)
    doubted: dict[UUID, Doubt] = field(default_factory=dict)
    resolved: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    taken: list[UUID] = field(default_factory=list)
    verdicts: list[Any] = field(default_factory=list)
    published: list[Event[Any]] = field(default_factory=list)
    opted_out_addresses: set[str] = field(default_factory=set)
    repeatable: bool = False
    place: str = "this machine"
    departed: set[tuple[UUID, int]] = field(default_factory=set)
    now: datetime = NOON
    uncertain: Any = "ask"

    @property
    def calls(self) -> int:
        """How many messages the vendor has taken."""
        return len(self.taken)

    def depart(self, message_id: UUID, tries: int) -> bool:
        new = (message_id, tries) not in self.departed
        self.departed.add((message_id, tries))
        return new

    def forget(self, message_id: UUID, tries: int) -> None:
        self.departed.discard((message_id, tries))

    async def point(self, name: str) -> None:
        self.points.append(name)
        if len(self.points) - 1 == self.strike_at and (error := self.trouble(name)):
            raise error
        await Pause()

    async def write(self, store: dict[UUID, Any], key: UUID, thing: Any) -> Any:
        """Compare-and-set of a record or a doubt, with a point on either side."""
        await self.point("before write")
        stored = store.get(key)
        if thing.version != (stored.version if stored else 0):
            raise Conflict("a collection", "lyo", str(key), thing.version)
        newer = {"version": thing.version + 1}
        saved = replace(thing, **newer) if isinstance(thing, Record) else thing.model_copy(update=newer)
        store[key] = saved
        await self.point("after write")
        return saved

    async def get(self, tenant: str, message_id: UUID) -> Record | None:
        await Pause()
        return self.records.get(message_id)

    async def save(self, record: Record) -> Record:
        saved: Record = await self.write(self.records, record.delivery.id, record)
        return saved

    async def by_vendor_id(self, tenant: str, channel: Channel, vendor_message_id: str) -> Record | None:
        named = [r for r in self.records.values() if r.delivery.vendor_message_id == vendor_message_id]
        return named[0] if named else None

    async def of_conversation(self, tenant: str, conversation_id: str, limit: int) -> list[Any]:
        return [record.delivery for record in self.records.values()]

    async def oldest(self, tenant: str) -> Any:
        return min((one.delivery for one in self.records.values()), key=lambda d: d.created_at, default=None)

    async def opted_out(self, tenant: str, channel: Channel, address: str) -> bool:
        return address in self.opted_out_addresses

    async def send(self, request: Any, tenant: Any, departure: Any) -> Accepted:
        await self.point("before mark")
        await departure.announce()
        await self.point("before leaving")
        departure.leave()
        await self.point("before call")
        verdict = self.verdicts.pop(0) if self.verdicts else Accepted("wamid.1")
        self.taken.append(request.id)
        await self.point("after call")
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    async def publish(self, *events: Event[Any]) -> None:
        await self.point("before publish")
        self.published += events

    def process(self, *, tries: int = 3, **parts: Any) -> Sending:
        """A fresh process: nothing in memory. `parts` of an attempt may be others."""
        world: Any = self
        given: dict[str, Any] = {"tenants": Rules(world), "senders": dict.fromkeys(Channel, world)} | parts
        attempts = Attempts(deliveries=world, departures=world, clock=self.clock, **given)
        return Sending(world, world, attempts, self.doubts(), world, self.clock, tries, timedelta(hours=1))

    def doubts(self) -> OpenDoubts:
        world: Any = self
        return OpenDoubts(MemoryDoubts(self), Rules(world), world, world, self.clock)

    def resending(self) -> Resending:
        world: Any = self
        return Resending(self.doubts(), MemoryDoubts(self), world, world, self.clock)

    def receipts(self) -> Receipts:
        world: Any = self
        return Receipts(world, self.doubts(), world, self.clock)

    def desk(self) -> UncertainSends:
        return UncertainSends(MemoryDoubts(self), self.resending())

    async def resolve(self, failure: Any, *, by: str, reason: str) -> None:
        await self.point("before note")
        self.resolved[failure.id] = (by, reason)

    def clock(self) -> datetime:
        return self.now

    def state(self, request: Event[Any]) -> str:
        return self.records[request.id].delivery.state

    def said(self) -> set[tuple[str, Any]]:
        return {(event.type, event.id) for event in self.published if event.source == "notifier"}


@dataclass
class Rules:
    """The tenant's file, as far as sending asks for it."""

    world: World

    async def get(self, tenant: str) -> Any:
        return TenantConfig(
            id="lyo", name="Lyo", timezone="Europe/Rome", languages=("it",),
            sending=SendingRules(uncertain=self.world.uncertain),
        )  # fmt: skip


@dataclass
class MemoryDoubts:
    """ports.Doubts over the world."""

    world: World

    async def get(self, tenant: str, message_id: UUID) -> Doubt | None:
        await Pause()
        return self.world.doubted.get(message_id)

    async def about(self, message_id: UUID) -> Doubt | None:
        return await self.get("lyo", message_id)

    async def blocking(self, tenant: str, conversation_id: str) -> list[Doubt]:
        await Pause()
        return [one for one in self.world.doubted.values() if one.blocking]

    async def due(self, now: datetime, limit: int) -> list[Doubt]:
        await Pause()
        return [one for one in self.world.doubted.values() if one.due_at and one.due_at <= now]

    async def oldest(self, limit: int, skip: int = 0) -> list[Doubt]:
        return list(self.world.doubted.values())

    async def save(self, doubt: Doubt) -> None:
        await self.world.write(self.world.doubted, doubt.message_id, doubt)

    async def drop(self, doubt: Doubt) -> None:
        await self.world.point("before drop")
        stored = self.world.doubted.get(doubt.message_id)
        if stored and stored.version != doubt.version:
            raise Conflict("doubts", "lyo", str(doubt.message_id), doubt.version)
        self.world.doubted.pop(doubt.message_id, None)
        await self.world.point("after drop")


@pytest.fixture(scope="session")
def new_world() -> type[World]:
    return World
