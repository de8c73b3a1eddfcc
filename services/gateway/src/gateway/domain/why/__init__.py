"""Why a message was sent or not: what was looked at, with the events that prove it. Pure, no I/O."""

from collections.abc import Iterable
from datetime import tzinfo

from contracts.messages import MessageReceived, MessageSendRequested, MessageSent, ReceiptReceived
from gateway.domain.timeline.entry import Entry, Raw, entries_of
from gateway.domain.why import inbound, outbound, verdict
from gateway.domain.why.answer import Check, Why
from gateway.domain.why.evidence import Evidence

__all__ = ["Check", "Why", "conversation_of", "why"]


def why(ref: str, recorded: Iterable[Raw], zone: tzinfo) -> Why | None:
    """About the message with this id, ours or the vendor's; None where these events hold none.

    `recorded` are the events of its conversation, and the pauses of its business.
    """
    entries = tuple(entries_of(recorded).values())
    message = _message(ref, entries)
    if message is None:
        return None
    evidence = Evidence(message, entries, zone)
    outwards = isinstance(message.data, MessageSendRequested)
    looks = outbound.CHECKS if outwards else inbound.CHECKS
    checks = tuple(look(evidence) for look in looks)
    return Why(
        message_id=message.id, conversation=message.conversation, tenant=message.tenant,
        direction="outbound" if outwards else "inbound", zone=str(zone), checks=checks,
        verdict=(verdict.of_outbound if outwards else verdict.of_inbound)(evidence, checks),
    )  # fmt: skip


def conversation_of(ref: str, recorded: Iterable[Raw]) -> tuple[str, str] | None:
    """Business and conversation of the message with this id; None where these events hold none."""
    found = _message(ref, tuple(entries_of(recorded).values()))
    return (found.tenant, found.conversation) if found else None


def _message(ref: str, entries: tuple[Entry, ...]) -> Entry | None:
    wanted = {ref.strip(), ref.strip().lower(), *_told_by_vendor(ref.strip(), entries)}
    for entry in entries:
        if isinstance(entry.data, MessageSendRequested | MessageReceived) and entry.id in wanted:
            return entry
        if isinstance(entry.data, MessageReceived) and entry.data.vendor_message_id == ref.strip():
            return entry
    return None


def _told_by_vendor(ref: str, entries: tuple[Entry, ...]) -> set[str]:
    """Our id of a message by the vendor's."""
    found = set[str]()
    for entry in entries:
        if isinstance(entry.data, MessageSent) and entry.data.vendor_message_id == ref:
            found.add(str(entry.data.message_id))
        if isinstance(entry.data, ReceiptReceived) and entry.data.vendor_message_id == ref:
            found.add(str(entry.data.reference or ""))
    return found - {""}
