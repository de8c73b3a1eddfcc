"""Which circuits a call goes through, and what its end says about each. Pure."""

from typing import Literal, NamedTuple

from ai_router.domain.failures import (
    BadRequest,
    ContentRefused,
    CutOff,
    Malformed,
    Overloaded,
    RateLimited,
    TimedOut,
    VendorDown,
    VendorFailure,
)

Verdict = Literal["well", "failed", "nothing"]


class Verdicts(NamedTuple):
    """What a call says about the vendor as a whole, the model, and the model with this key."""

    vendor: Verdict
    model: Verdict
    key: Verdict


def verdicts(failure: VendorFailure | None) -> Verdicts:
    """What the end of a call says; None: it succeeded.

    Whoever answers at all can be reached. What is wrong with the question or with the key's account is
    nothing that a circuit is for.
    """
    match failure:
        case None | BadRequest() | ContentRefused() | CutOff(too_long=True):
            return Verdicts("well", "well", "well")
        case VendorDown():
            return Verdicts("failed", "nothing", "nothing")
        case Overloaded() | TimedOut() | CutOff() | Malformed():
            return Verdicts("well", "failed", "failed")
        case RateLimited(until=None):
            return Verdicts("well", "nothing", "failed")
        case _:
            return Verdicts("well", "nothing", "nothing")
