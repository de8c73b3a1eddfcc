"""Whether a business had paused what a message belongs to."""

from collections.abc import Mapping
from typing import Final

from contracts.messages import MessageReceived, MessageSendRequested, Purpose
from contracts.model import Data
from contracts.operations import Capability, CapabilityPaused, CapabilityResumed
from gateway.domain.timeline.entry import Entry
from gateway.domain.why.answer import Check
from gateway.domain.why.evidence import Evidence, check

PAUSED_BY: Final[Mapping[Purpose, tuple[Capability, ...]]] = {
    "reply": ("sending",),
    "reminder": ("reminders", "sending"),
    "campaign": ("campaigns", "sending"),
    "consent": (),
}
"""Which pauses hold an outgoing message up, by its purpose."""


def paused(evidence: Evidence) -> Check:
    """The pause that holds it up, or did, or none."""
    names = _capabilities(evidence.message.data)
    if not names:
        return check("paused", "not applicable", "the answer to STOP and START is never paused")
    if given_up := evidence.given_up:
        return check("paused", "stopped", f"given up while it waited, at {evidence.at(given_up)}", given_up)
    for name in names:
        if (pause := _last_pause(evidence, name)) and (found := _held(evidence, name, pause)):
            return found
    return check("paused", "ok", f"{' and '.join(names)} not paused")


def _held(evidence: Evidence, name: Capability, pause: Entry) -> Check | None:
    since = evidence.at(pause)
    arrived = evidence.message.order[0]
    later = (one for one in evidence.entries if one.order > pause.order)
    end = next((one for one in later if _resumes(one.data, name)), None)
    if end and end.order[0] <= arrived:
        return None
    if end and end.order[0] <= evidence.looked_at:
        words = f"waited while {name} was paused, from {since} to {evidence.at(end)}"
        return check("paused", "ok", words, end)
    if evidence.outcomes or evidence.decided:
        return check("paused", "ok", f"let through while {name} was paused, since {since}", pause)
    return check("paused", "waits", f"{name} paused since {since}{_by(pause.data)}", pause)


def _by(data: Data | None) -> str:
    if not isinstance(data, CapabilityPaused):
        return ""
    return f" by {data.personal.by}{f' ({data.reason})' if data.reason else ''}"


def _last_pause(evidence: Evidence, name: Capability) -> Entry | None:
    def pauses(data: Data) -> bool:
        return isinstance(data, CapabilityPaused) and data.capability == name

    return evidence.before(pauses)


def _resumes(data: Data | None, name: Capability) -> bool:
    return isinstance(data, CapabilityResumed) and data.capability == name


def _capabilities(data: Data | None) -> tuple[Capability, ...]:
    if isinstance(data, MessageSendRequested):
        return PAUSED_BY[data.purpose]
    return ("replies",) if isinstance(data, MessageReceived) else ()
