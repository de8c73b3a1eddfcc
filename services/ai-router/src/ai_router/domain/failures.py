"""Why a vendor gave no usable answer: one small tree for all of them.

Adapters translate a vendor's errors into it. `detail` holds neither keys nor what anybody wrote; the vendor's
own sentence is left out, for it may repeat both.
"""

from datetime import datetime
from typing import ClassVar

from contracts.completions import FailureReason


class VendorFailure(Exception):
    """No answer, or none that is fit to be used. `tokens` (in, out) where it was paid for all the same."""

    reason: ClassVar[FailureReason]

    def __init__(self, detail: str = "", *, tokens: tuple[int | None, int | None] = (None, None)) -> None:
        super().__init__(f"{self.reason}: {detail}" if detail else self.reason)
        self.detail = detail
        self.tokens = tokens


class RateLimited(VendorFailure):
    """The key (or its account) asks too often. `until`: when it may ask again, where the vendor says so."""

    reason = "rate_limited"

    def __init__(self, detail: str = "", *, until: datetime | None = None) -> None:
        super().__init__(detail)
        self.until = until


class Overloaded(VendorFailure):
    """The vendor has too much to do, or fails inside: 5xx, Anthropic's 529."""

    reason = "overloaded"


class OutOfCredit(VendorFailure):
    """The account's money or quota is used up: 402, OpenAI's 429 with `insufficient_quota`."""

    reason = "no_credit"


class BadKey(VendorFailure):
    """The key is wrong, revoked or not allowed to: 401, 403."""

    reason = "refused_key"


class BadRequest(VendorFailure):
    """The vendor does not take the request as it is: 400, 404 (no such model), 413, 422."""

    reason = "bad_request"


class ContentRefused(VendorFailure):
    """The vendor's rules forbid the question or the answer."""

    reason = "content_refused"


class TimedOut(VendorFailure):
    """No whole answer came in time."""

    reason = "timeout"


class CutOff(VendorFailure):
    """The answer is not whole: a stream or body that broke off, or the limit of its length was reached."""

    reason = "cut_off"

    def __init__(
        self,
        detail: str = "",
        *,
        too_long: bool = False,
        tokens: tuple[int | None, int | None] = (None, None),
    ) -> None:
        super().__init__(detail, tokens=tokens)
        self.too_long = too_long
        """The model was well and wrote more than `max_tokens`: nothing speaks against the vendor."""


class Malformed(VendorFailure):
    """An answer came, but it cannot be read, or does not fit the schema that was asked for."""

    reason = "malformed"


class VendorDown(VendorFailure):
    """The vendor cannot be reached: no connection, or one that breaks before an answer begins."""

    reason = "unreachable"


class CircuitOpen(VendorFailure):
    """Our own circuit lets no call through just now: nobody was asked."""

    reason = "circuit_open"
