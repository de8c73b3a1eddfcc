"""Recorded events as the index meets them."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from chassis.record import Recorded
from contracts.envelope import conversation_id


@dataclass
class Ledger:
    """Writes events down, each at the next offset, a second apart."""

    written: list[Recorded] = field(default_factory=list)

    def write(
        self, event_type: str, event_id: str, conversation: str = "talk", **attributes: Any
    ) -> Recorded:
        offset = len(self.written)
        event = {
            "id": event_id, "type": event_type, "tenantid": "rosa", "partitionkey": conversation,
            "correlationid": event_id, "recordedtime": f"2026-03-02T12:{offset // 60:02}:{offset % 60:02}Z",
            "data": {},
        } | attributes  # fmt: skip
        body = json.dumps(event).encode()
        one = Recorded(
            offset=offset, body=body, type=event_type, tenant="rosa", conversation=conversation,
            event_id=event_id, correlation=event["correlationid"],
        )  # fmt: skip
        self.written.append(one)
        return one

    def said(self, turn: str, message: str, vendor: str, conversation: str = "talk") -> None:
        """A turn with one message out, and the vendor's two receipts of it."""
        about: dict[str, Any] = {"conversation": conversation, "correlationid": turn}
        self.write("message.received.v1", turn, conversation, data={"vendor_message_id": f"in.{vendor}"})
        self.write("message-send.requested.v1", message, causationid=turn, **about)
        sent = {"message_id": message, "vendor_message_id": vendor}
        self.write("message.sent.v1", f"sent-{message}", causationid=message, data=sent, **about)
        for word in ("delivered", "read"):
            receipt = f"{word}-receipt-{message}"
            self.write("receipt.received.v1", receipt, conversation, data={"vendor_message_id": vendor})
            told: dict[str, Any] = {"causationid": receipt, "data": {"message_id": message}}
            self.write(f"message.{word}.v1", f"{word}-{message}", **told, **about)


@pytest.fixture
def ledger() -> Ledger:
    """Two turns of one conversation, one of another, and one of a customer of rosa's on Telegram."""
    ledger = Ledger()
    ledger.said("turn-1", "message-1", "wamid.1")
    ledger.said("turn-2", "message-2", "wamid.2")
    ledger.said("turn-3", "message-3", "wamid.3", "other talk")
    ledger.said("turn-4", "message-4", "77/5", conversation_id("rosa", "telegram", "393331112222"))
    return ledger
