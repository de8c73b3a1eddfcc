"""Recorded stories: events as the services say them, with times one can count."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from contracts import bookings, events
from contracts.decisions import SendChecks, TurnDecided, Understood
from contracts.envelope import Event, conversation_id, inbound_id
from contracts.messages import (
    Channel,
    Inbound,
    MessageDelivered,
    MessageReceived,
    MessageSendRequested,
    MessageSent,
    Outbound,
    Purpose,
    ReceiptReceived,
)
from contracts.model import Data

TENANT, ADDRESS = "lyo", "393331234567"
BEGAN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BOOKING = UUID("6f0f3a52-1c0f-4c3e-9a4d-6a4e2d6f1a01")


@dataclass
class Story:
    """Events in the order in which they were recorded. Each waits 2 ms and takes 10 ms of work."""

    now: datetime = BEGAN
    conversation: str = conversation_id(TENANT, Channel.WHATSAPP, ADDRESS)
    recorded: list[dict[str, Any]] = field(default_factory=list)

    def happens(self, data: Data, source: str, vendor_id: str, partition: str = "") -> Event[Any]:
        """What nothing of ours has caused, a second before it is taken up."""
        return self._record(
            events.first(
                data, event_id=inbound_id(TENANT, "whatsapp", vendor_id), source=source, tenant=TENANT,
                partition=partition or self.conversation, time=self.now - timedelta(seconds=1),
            )
        )  # fmt: skip

    def then(self, cause: Event[Any], n: int, data: Data, source: str) -> Event[Any]:
        """The n-th event a service says because of another."""
        said = events.caused(cause, n, data, source=source, time=self.now, partition=self.conversation)
        return self._record(said)

    def writes(self, text: str, vendor_id: str = "wamid.1") -> Event[Any]:
        inbound = Inbound(address=ADDRESS, text=text)
        return self.happens(
            MessageReceived(
                channel=Channel.WHATSAPP,
                account="1",
                kind="text",
                vendor_message_id=vendor_id,
                personal=inbound,
            ),
            "gateway",
            vendor_id,
        )

    def decides(
        self, cause: Event[Any], n: int, answered: Any, *intents: str, reason: Any = ""
    ) -> Event[Any]:
        understood = (Understood(intents=intents, confidence=0.93),) if intents else ()
        decided = TurnDecided(
            handled=cause.type, tenant_version=3, understood=understood, answered=answered, reason=reason
        )
        return self.then(cause, n, decided, "conversation")

    def says(self, cause: Event[Any], text: str, purpose: Purpose = "reply", n: int = 0) -> Event[Any]:
        asked = MessageSendRequested(
            channel=Channel.WHATSAPP, account="1", purpose=purpose, language="it",
            personal=Outbound(address=ADDRESS, text=text),
        )  # fmt: skip
        return self.then(cause, n, asked, "conversation")

    def sent(self, request: Event[Any], vendor_id: str = "wamid.out", **checks: Any) -> Event[Any]:
        looked = SendChecks(**{"opted_out": False, "tries": 1} | checks)
        sent = MessageSent(
            message_id=request.id, channel=Channel.WHATSAPP, vendor_message_id=vendor_id, checks=looked
        )
        return self.then(request, 0, sent, "notifier")

    def reported(self, vendor_id: str = "wamid.out", status: Any = "delivered") -> Event[Any]:
        data = ReceiptReceived(channel=Channel.WHATSAPP, vendor_message_id=vendor_id, status=status)
        return self.happens(data, "gateway", f"{vendor_id}/{status}")

    def books(self) -> dict[str, Event[Any]]:
        """A booking from the webhook to the receipt."""
        said: dict[str, Event[Any]] = {"received": self.writes("Vorrei prenotare un taglio domani alle 15")}
        start = BEGAN + timedelta(days=1, hours=5)
        wish = bookings.BookingRequested(
            booking_id=BOOKING, service_id="taglio", start=start,
            personal=bookings.Customer(name="Maria", channel=Channel.WHATSAPP, address=ADDRESS),
        )  # fmt: skip
        said["requested"] = self.then(said["received"], 0, wish, "conversation")
        said["decided"] = self.decides(said["received"], 1, "requested", "book")
        agreed = bookings.Appointment(
            booking_id=BOOKING, service_id="taglio", resource_id="giulia", start=start,
            end=start + timedelta(minutes=45),
        )  # fmt: skip
        confirmed = bookings.BookingConfirmed(appointment=agreed)
        said["confirmed"] = self.then(said["requested"], 0, confirmed, "scheduler")
        said["answer"] = self.says(said["confirmed"], "Perfetto, a domani alle 15")
        said["told"] = self.decides(said["confirmed"], 1, "said")
        said["sent"] = self.sent(said["answer"])
        said["receipt"] = self.reported()
        said["delivered"] = self.then(
            said["receipt"], 1, MessageDelivered(message_id=said["answer"].id), "notifier"
        )
        return said

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def _record(self, event: Event[Any]) -> Event[Any]:
        taken = self.now + timedelta(milliseconds=2)
        self.now = taken + timedelta(milliseconds=10)
        told = event.published(None, taken=taken, now=self.now)
        self.recorded.append(cast("dict[str, Any]", json.loads(told.model_dump_json())))
        return told


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def new_story() -> Callable[[], Story]:
    return Story
