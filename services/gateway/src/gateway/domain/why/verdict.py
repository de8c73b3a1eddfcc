"""One sentence for whoever asks why."""

from contracts import messages
from gateway.domain.why import inbound
from gateway.domain.why.answer import Check
from gateway.domain.why.evidence import Evidence


def of_outbound(evidence: Evidence, checks: tuple[Check, ...]) -> str:
    """What became of a message that should go out; the weightiest fact counts."""
    sent = evidence.told(messages.MessageSent)
    began = f"Sent at {evidence.at(sent[0])}" if sent else ""
    for kind, word in ((messages.MessageRead, "read"), (messages.MessageDelivered, "delivered")):
        if found := evidence.told(kind):
            return f"{began or 'Sent'}, {word} at {evidence.at(found[0])}."
    if failed := evidence.told(messages.MessageFailed):
        reason = _of("arrival" if sent else "vendor's answer", checks)
        words = f"failed at {evidence.at(failed[0])}: {reason}."
        return f"{began}, but it {words}" if began else f"F{words[1:]}"
    if sent:
        return f"{began}."
    return _not_sent(evidence, checks)


def _not_sent(evidence: Evidence, checks: tuple[Check, ...]) -> str:
    if evidence.told(messages.MessageSuppressed):
        return f"Held back: {_of('opted out', checks)}."
    if uncertain := evidence.told(messages.MessageUncertain):
        since = evidence.at(uncertain[0])
        return f"Uncertain since {since} whether the vendor has it: {uncertain[1].reason}."
    return _held_up(checks) or f"Not sent yet: asked for at {evidence.at(evidence.message)}."


def of_inbound(evidence: Evidence, checks: tuple[Check, ...]) -> str:
    """What became of what a customer wrote."""
    decision = inbound.decision_of(evidence)
    if answer := inbound.answer_to(evidence):
        return f"Answered: asked for at {evidence.at(answer)}, see `bellhop why {answer.id}`."
    if decision is None:
        return _held_up(checks) or "Not handled yet: see `bellhop failures` and `bellhop pauses`."
    if decision.answered == "nothing":
        reason = "opted out" if decision.reason == "opted_out" else "decided"
        return f"Not answered: {_of(reason, checks)}."
    if decision.answered == "kept":
        return "Not answered yet: it is kept until the diary has answered an earlier one."
    return "Not answered yet: another service was asked and has not led to an answer."


def _held_up(checks: tuple[Check, ...]) -> str:
    held = next((one for one in checks if one.name == "paused" and one.outcome != "ok"), None)
    if held is None or held.outcome == "not applicable":
        return ""
    return f"Waits: {held.words}." if held.outcome == "waits" else f"{held.words[0].upper()}{held.words[1:]}."


def _of(name: str, checks: tuple[Check, ...]) -> str:
    return next(one.words for one in checks if one.name == name)
