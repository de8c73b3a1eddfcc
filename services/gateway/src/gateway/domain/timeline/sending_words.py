"""What becomes of outgoing messages, in words."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Final

from contracts import messages
from contracts.decisions import SendChecks
from contracts.model import Data
from gateway.domain.timeline.told import Told, listed, quoted


def _requested(data: messages.MessageSendRequested, _: tzinfo) -> Told:
    options = " ".join(f"[{one.title}]" for one in data.personal.options)
    return Told(f"{data.purpose} {quoted(data.personal.text)} {options}".rstrip())


def _sent(data: messages.MessageSent, _: tzinfo) -> Told:
    words = [f"{data.channel.value} accepted it as {data.vendor_message_id}", _checked(data.checks)]
    return Told(listed(words), "good")


def _failed(data: messages.MessageFailed, _: tzinfo) -> Told:
    code = f" (code {data.code})" if data.code else ""
    return Told(listed([f"failed: {data.reason}{code}", _checked(data.checks)]), "bad")


def _suppressed(data: messages.MessageSuppressed, _: tzinfo) -> Told:
    return Told(f"held back: {data.reason.replace('_', ' ')}", "bad")


def _uncertain(data: messages.MessageUncertain, _: tzinfo) -> Told:
    words = [f"uncertain whether the vendor has it: {data.reason}", _checked(data.checks)]
    return Told(listed(words), "waiting")


def _checked(checks: SendChecks | None) -> str:
    """What was out of the ordinary."""
    if checks is None:
        return ""
    tries = f"try {checks.tries}" if checks.tries > 1 else ""
    return listed([tries, "slowed down by the vendor before" if checks.slowed_down else ""])


def _reported(data: messages.ReceiptReceived, _: tzinfo) -> Told:
    error = listed([data.error or "", f"code {data.error_code}" if data.error_code else ""])
    words = f"{data.channel.value} reports: {data.status}{f' ({error})' if error else ''}"
    return Told(words, "bad" if data.status == "failed" else "plain")


OF_SENDING: Final[Mapping[type[Data], Callable[[Any, tzinfo], Told]]] = {
    messages.MessageSendRequested: _requested,
    messages.MessageSent: _sent,
    messages.MessageFailed: _failed,
    messages.MessageSuppressed: _suppressed,
    messages.MessageUncertain: _uncertain,
    messages.ReceiptReceived: _reported,
    messages.MessageDelivered: lambda _, __: Told("delivered", "good"),
    messages.MessageRead: lambda _, __: Told("read", "good"),
}
