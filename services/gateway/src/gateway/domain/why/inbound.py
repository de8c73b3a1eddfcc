"""What was decided about a customer's message, and why it may have got no answer."""

from collections.abc import Callable
from typing import Final

from contracts.catalogue import type_of
from contracts.customers import ConsentGiven, ConsentWithdrawn
from contracts.decisions import TurnDecided
from contracts.messages import MessageReceived, MessageSendRequested
from contracts.model import Data
from gateway.domain.timeline.entry import Entry
from gateway.domain.timeline.told import quoted
from gateway.domain.timeline.wording import worded
from gateway.domain.why.ai import asked_ai
from gateway.domain.why.answer import Check
from gateway.domain.why.evidence import Evidence, check
from gateway.domain.why.pauses import paused

_RECEIVED: Final = type_of(MessageReceived)


def received(evidence: Evidence) -> Check:
    """When and where it came in."""
    data, words = evidence.message.data, f"taken in at {evidence.at(evidence.message)}"
    if isinstance(data, MessageReceived):
        words = f"{data.channel.value} message, {words}"
    return check("received", "ok", words, evidence.message)


def duplicate(evidence: Evidence) -> Check:
    """Whether the vendor's repetitions were recorded."""
    copies = evidence.message.copies
    words = f"recorded {copies} times; it counts once, by its id" if copies > 1 else "recorded once"
    return check("duplicate", "ok", words)


def opted_out(evidence: Evidence) -> Check:
    """Whether the customer wanted answers at that moment."""
    last = evidence.before(lambda data: isinstance(data, ConsentWithdrawn | ConsentGiven))
    decision = decision_of(evidence)
    if decision and decision.reason == "opted_out":
        words = f"the customer wrote STOP{f' at {evidence.at(last)}' if last else ''}"
        return check("opted out", "stopped", words, last or evidence.decided)
    return check("opted out", "ok", "the customer had not opted out")


def decided(evidence: Evidence) -> Check:
    """What the conversation made of it."""
    entry = evidence.decided
    if entry is None:
        words = "the conversation has not handled it"
        return check("decided", "stopped" if evidence.given_up else "waits", words, evidence.given_up)
    words = worded(entry, evidence.zone).text
    decision = decision_of(evidence)
    silent = decision is not None and decision.answered == "nothing"
    return check("decided", "stopped" if silent else "ok", words, entry)


def answered(evidence: Evidence) -> Check:
    """What was said because of it."""
    if answer := answer_to(evidence):
        said = answer.data.personal.text if isinstance(answer.data, MessageSendRequested) else ""
        return check("answer", "ok", f"{quoted(said)} asked for at {evidence.at(answer)}", answer)
    decision = decision_of(evidence)
    if decision and decision.answered == "nothing":
        return check("answer", "not applicable", "nothing was said")
    return check("answer", "waits", "none in the record yet")


def decision_of(evidence: Evidence) -> TurnDecided | None:
    """The decision, where there is one."""
    entry = evidence.decided
    return entry.data if entry and isinstance(entry.data, TurnDecided) else None


def answer_to(evidence: Evidence) -> Entry | None:
    """The message that answers it: one of its turn, or of the turn that it was kept for."""
    decision = decision_of(evidence)
    kept = decision is not None and decision.answered == "kept"
    turn = _turn_that_took_it_up(evidence) if kept else evidence.message.correlation
    said = (one for one in evidence.entries if isinstance(one.data, MessageSendRequested))
    later = (one for one in said if one.order > evidence.message.order)
    return next((one for one in later if one.correlation == turn), None)


def _turn_that_took_it_up(evidence: Evidence) -> str:
    """What was kept is answered when the diary has answered: then the conversation has understood it."""
    later = (one for one in evidence.entries if one.order > evidence.message.order)
    return next((one.correlation for one in later if _takes_up(one.data)), "")


def _takes_up(data: Data | None) -> bool:
    return isinstance(data, TurnDecided) and bool(data.understood) and data.handled != _RECEIVED


CHECKS: Final[tuple[Callable[[Evidence], Check], ...]] = (
    received, duplicate, paused, opted_out, decided, asked_ai, answered,
)  # fmt: skip
