"""Why a message went out or not: each thing that counts when it is sent, in order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from contracts import messages
from contracts.customers import ConsentGiven, ConsentWithdrawn
from gateway.domain.why.ai import asked_ai
from gateway.domain.why.answer import Check
from gateway.domain.why.evidence import Evidence, check
from gateway.domain.why.pauses import paused

WINDOW: Final = timedelta(hours=24)
"""Meta: for so long after a customer's last message a business may write freely; then only templates."""

OUTSIDE_WINDOW: Final = "131047"
"""Meta's error code of a message outside of that window."""

_SAYS_RECEIPTS: Final = messages.Channel.WHATSAPP
_NO_RULE: Final = "no such rule is set for this business"


def asked_for(evidence: Evidence) -> Check:
    """Who wanted it, for what."""
    request = evidence.message
    data = request.data
    purpose = data.purpose if isinstance(data, messages.MessageSendRequested) else "message"
    cause = next((one for one in evidence.entries if one.id == request.cause), None)
    because = f" because of {cause.type.removesuffix('.v1')}" if cause else ""
    words = f"a {purpose}, asked for at {evidence.at(request)} by {request.source}{because}"
    return check("asked for", "ok", words, request)


def duplicate(evidence: Evidence) -> Check:
    """Whether it was asked for, or went out, more than once."""
    request, ids = evidence.message, set[str]()
    for entry in evidence.entries:
        if isinstance(entry.data, messages.MessageSent) and str(entry.data.message_id) == request.id:
            ids.add(entry.data.vendor_message_id)
    if len(ids) > 1:
        return check("duplicate", "unclear", f"the vendor has taken it {len(ids)} times", request)
    if request.copies > 1:
        words = f"recorded {request.copies} times; it counts once, by its id"
        return check("duplicate", "ok", words, request)
    return check("duplicate", "ok", "asked for once")


def opted_out(evidence: Evidence) -> Check:
    """Whether the customer wanted messages at that moment."""
    last = evidence.before(lambda data: isinstance(data, ConsentWithdrawn | ConsentGiven))
    withdrawn = last is not None and isinstance(last.data, ConsentWithdrawn)
    if held := evidence.told(messages.MessageSuppressed):
        proof = last if withdrawn and last else held[0]
        return check("opted out", "stopped", f"the customer wrote STOP{_when(evidence, last)}", proof)
    out = evidence.checks.opted_out if evidence.checks else withdrawn
    if out and isinstance(evidence.message.data, messages.MessageSendRequested):
        only = evidence.message.data.purpose == "consent"
        words = "opted out, but this is the answer to that" if only else f"opted out{_when(evidence, last)}"
        return check("opted out", "ok" if only else "unclear", words, last)
    words = f"wants messages again since {evidence.at(last)}" if last else "the customer has not opted out"
    return check("opted out", "ok", words, last)


def window(evidence: Evidence) -> Check:
    """Whether the channel let a business write freely at that moment."""
    data = evidence.message.data
    channel = data.channel if isinstance(data, messages.MessageSendRequested) else None
    if channel is not messages.Channel.WHATSAPP:
        return check("window", "not applicable", f"{channel or 'this channel'} has none")
    wrote = evidence.before(lambda one: isinstance(one, messages.MessageReceived))
    failed = evidence.told(messages.MessageFailed)
    if failed and failed[1].code == OUTSIDE_WINDOW:
        words = "Meta takes only templates 24 h after the customer wrote"
        return check("window", "stopped", words, failed[0])
    if wrote is None:
        return check("window", "unclear", "the record holds no earlier message of the customer")
    since = min(evidence.looked_at, evidence.entries[-1].order[0]) - (wrote.time or wrote.order[0])
    where = "within" if since <= WINDOW else "outside of"
    words = f"the customer wrote {_span(since)} before: {where} Meta's 24 h"
    return check("window", "ok" if since <= WINDOW else "unclear", words, wrote)


def slowed_down(evidence: Evidence) -> Check:
    """Whether the vendor let it wait."""
    looked = evidence.checks
    if looked is None:
        return check("vendor's pace", "not applicable", "no attempt has been told of")
    tries = f"{looked.tries} attempt{'' if looked.tries == 1 else 's'}"
    words = f"{tries}, slowed down by the vendor before" if looked.slowed_down else tries
    return check("vendor's pace", "ok" if looked.tries else "not applicable", words)


def vendor(evidence: Evidence) -> Check:
    """What the vendor said to it."""
    if sent := evidence.told(messages.MessageSent):
        words = f"accepted at {evidence.at(sent[0])} as {sent[1].vendor_message_id}"
        return check("vendor's answer", "ok", words, sent[0])
    if failed := evidence.told(messages.MessageFailed):
        return check("vendor's answer", "stopped", _failure(failed[1]), failed[0])
    if uncertain := evidence.told(messages.MessageUncertain):
        return check("vendor's answer", "unclear", uncertain[1].reason, uncertain[0])
    if evidence.told(messages.MessageSuppressed):
        return check("vendor's answer", "not applicable", "never asked")
    return check("vendor's answer", "waits", "none in the record yet")


def arrival(evidence: Evidence) -> Check:
    """What became of it at the customer's end."""
    for kind, word in ((messages.MessageRead, "read"), (messages.MessageDelivered, "delivered")):
        if found := evidence.told(kind):
            return check("arrival", "ok", f"{word} at {evidence.at(found[0])}", found[0])
    sent, failed = evidence.told(messages.MessageSent), evidence.told(messages.MessageFailed)
    if sent and failed:
        return check("arrival", "stopped", _failure(failed[1]), failed[0])
    if sent and sent[1].channel is _SAYS_RECEIPTS:
        return check("arrival", "waits", "the vendor has not reported it yet")
    if evidence.told(messages.MessageUncertain) and not sent:
        return check("arrival", "waits", "not known: `bellhop failures` shows it, to send again or to let be")
    words = f"{sent[1].channel.value} reports none" if sent else "it has not been sent"
    return check("arrival", "not applicable", words)


def _no_rule(name: str) -> Callable[[Evidence], Check]:
    return lambda _: check(name, "not applicable", _NO_RULE)


def _when(evidence: Evidence, consent: object) -> str:
    entry = next((one for one in evidence.entries if one is consent), None)
    return f" at {evidence.at(entry)}" if entry else ""


def _failure(data: messages.MessageFailed) -> str:
    return f"{data.reason} (code {data.code})" if data.code else data.reason


def _span(since: timedelta) -> str:
    minutes = int(since.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


CHECKS: Final[tuple[Callable[[Evidence], Check], ...]] = (
    asked_for, asked_ai, duplicate, opted_out, paused, window, _no_rule("quiet hours"),
    _no_rule("a person has taken over"), _no_rule("budget"), slowed_down, vendor, arrival,
)  # fmt: skip
