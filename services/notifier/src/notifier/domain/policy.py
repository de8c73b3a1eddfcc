"""Whether a message may go out at all. Decided when it is sent, not when it was asked for."""

from contracts.messages import Purpose


def may_send(purpose: Purpose, *, opted_out: bool) -> bool:
    """Who opted out gets nothing but the answer to that very decision."""
    return not opted_out or purpose == "consent"
