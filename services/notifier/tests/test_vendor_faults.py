"""What is seen in the end, whatever a vendor does: the real adapter over HTTP, a real store."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from chassis.errors import TransientError
from chassis.failures.settled import SettledFailures
from chassis.http.client import vendor_client
from chassis.messaging.failing import pause_after
from chassis.storage import open_store
from contracts.envelope import Event
from contracts.messages import Channel
from contracts.tenants import TenantConfig
from notifier.adapters.consent_store import ConsentStore
from notifier.adapters.delivery_store import DeliveryStore
from notifier.adapters.departure_folder import DepartureFolder
from notifier.adapters.doubt_store import DoubtStore
from notifier.adapters.whatsapp import WhatsApp
from notifier.handlers.attempts import Attempts
from notifier.handlers.doubts import OpenDoubts
from notifier.handlers.resending import Resending
from notifier.handlers.sending import Sending
from notifier.handlers.uncertain_sends import UncertainSends

TAKEN = (200, {"messages": [{"id": "wamid.1"}]})
SLOWER = (429, {"error": {"code": 130429, "message": "Rate limit hit"}})
BUSY = (503, {"error": {"code": 131016, "message": "Service unavailable"}})
BROKEN = (500, {"error": {"code": 131000, "message": "Something went wrong"}})
BY_A_PROXY = (502, b"<html>Bad Gateway</html>")


@dataclass
class Notifier:
    """The notifier on a clock of the test's own. `waited`: the pauses the inbox makes between its tries."""

    request: Event[Any]
    tenant: TenantConfig
    now: Any = None
    published: list[Event[Any]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    sending: Any = None
    deliveries: Any = None
    desk: Any = None

    async def get(self, tenant: str) -> TenantConfig:
        return self.tenant

    async def publish(self, *events: Event[Any]) -> None:
        self.published += events

    async def handles(self) -> str:
        """As the inbox does it; returns the state in the end."""
        self.waited.clear()
        for tries in range(40):
            try:
                await self.sending.on_requested(self.request)
            except TransientError as error:
                pause = pause_after(error, tries)
                assert pause is not None, "the conversation was parked"
                self.waited.append(pause)
                self.now += timedelta(seconds=pause)
            else:
                break
        state: str = (await self.deliveries.get("lyo", self.request.id)).delivery.state
        return state


@pytest.fixture
async def notifier(tmp_path, vendor, box, tenant, request_for) -> AsyncIterator[Notifier]:
    store = open_store(f"sqlite://{tmp_path}", "notifier")
    await store.open()
    one = Notifier(request_for(), tenant, request_for().time)
    one.deliveries = DeliveryStore(store)
    async with vendor_client(vendor.url, 0.3) as client:
        settled = SettledFailures(store, lambda: one.now)
        doubts = OpenDoubts(DoubtStore(store), one, one, settled, lambda: one.now)
        attempts = Attempts(
            one.deliveries, one, {Channel.WHATSAPP: WhatsApp(client, box, with_reference=False)},
            DepartureFolder(tmp_path / "departures"), lambda: one.now,
        )  # fmt: skip
        one.sending = Sending(
            one.deliveries,
            ConsentStore(store),
            attempts,
            doubts,
            one,
            lambda: one.now,
            12,
            timedelta(hours=1),
        )
        resending = Resending(doubts, DoubtStore(store), one.deliveries, one, lambda: one.now)
        one.desk = UncertainSends(DoubtStore(store), resending)
        yield one
    await store.close()


@pytest.mark.parametrize(
    ("answers", "state", "calls"),
    [
        ([TAKEN], "sent", 1),
        ([SLOWER] * 25 + [TAKEN], "sent", 26),
        ([BUSY, BROKEN, SLOWER, BUSY, TAKEN], "sent", 5),
        ([BROKEN], "failed", 12),
        ([(400, {"error": {"code": 131026, "message": "Message undeliverable"}})], "failed", 1),
        ([None], "uncertain", 1),
        ([""], "uncertain", 1),
        ([BY_A_PROXY], "uncertain", 1),
        ([BUSY, ""], "uncertain", 2),
    ],
    ids=[
        "taken", "slowed down", "troubled", "broken", "refused", "cut off", "silent", "proxied",
        "busy, then silent",
    ],
)  # fmt: skip
async def test_what_is_seen_in_the_end(answers, state, calls, notifier, vendor):
    vendor.answers = list(answers)
    assert await notifier.handles() == state
    assert len(vendor.requests) == calls
    assert [one.type for one in notifier.published] == [f"message.{state}.v1"]
    assert len(await notifier.desk.find()) == (state == "uncertain")


async def test_the_pause_a_vendor_asks_for_is_made(notifier, vendor):
    vendor.answers, vendor.answer_headers = [SLOWER, SLOWER, TAKEN], {"Retry-After": "120"}
    assert await notifier.handles() == "sent"
    assert notifier.waited == [pytest.approx(120), pytest.approx(120)]


async def test_who_cannot_be_reached_leaves_no_doubt(notifier, vendor):
    vendor.answers = [TAKEN]
    await vendor.away()
    assert await notifier.handles() == "failed"
    assert await notifier.desk.find() == []
