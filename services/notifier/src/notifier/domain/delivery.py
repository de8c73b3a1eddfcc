"""The life of one outgoing message.

A delivery holds facts, each with the time it happened; its state follows from them. Facts are only ever
added, and the earliest report of one counts, so receipts may come in any order and any number of times.
"""

from typing import Final, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, computed_field

from contracts.envelope import Instant
from contracts.messages import Channel, Purpose, Receipt

State = Literal["created", "sending", "sent", "delivered", "read", "failed", "suppressed", "uncertain"]

_BY_WEIGHT: Final[tuple[State, ...]] = (
    "read", "delivered", "failed", "sent", "uncertain", "suppressed", "sending",
)  # fmt: skip
"""The weightiest known fact is the state. What arrived on one device cannot have failed."""


class IllegalTransition(Exception):
    """This cannot happen to a delivery in its state. A programming error."""


class Delivery(BaseModel):
    """One message on its way. Holds neither text nor address. All times are UTC.

    `tries` counts the attempts the vendor certainly did not accept. `sending_from` says where it is
    known whether the attempt in hand has left.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    conversation_id: str
    correlation_id: UUID
    channel: Channel
    purpose: Purpose
    tries: int = 0
    vendor_message_id: str | None = None
    failed_code: str | None = None
    failed_reason: str | None = None
    uncertain_reason: str | None = None
    sending_from: str | None = None
    created_at: Instant
    sending_at: Instant | None = None
    sent_at: Instant | None = None
    delivered_at: Instant | None = None
    read_at: Instant | None = None
    failed_at: Instant | None = None
    suppressed_at: Instant | None = None
    uncertain_at: Instant | None = None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own pattern; mypy has no word for it
    @property
    def state(self) -> State:
        """The weightiest fact known."""
        return next((state for state in _BY_WEIGHT if self.at(state)), "created")

    def at(self, state: State) -> Instant | None:
        """When it came into this state; None if it never did."""
        moment: Instant | None = getattr(self, f"{state}_at")
        return moment

    def sending(self, now: Instant, place: str) -> Self:
        """Its request is about to be written: from now on the vendor may have it."""
        return self._only("created").model_copy(update={"sending_at": now, "sending_from": place})

    def suppressed(self, now: Instant) -> Self:
        """It is held back on purpose."""
        return self._only("created").model_copy(update={"suppressed_at": now})

    def not_accepted(self) -> Self:
        """The vendor certainly has not taken it: it may be sent again."""
        self._only("created", "sending")
        return self.model_copy(update={"sending_at": None, "sending_from": None, "tries": self.tries + 1})

    def sent(self, now: Instant, vendor_message_id: str) -> Self:
        """The vendor has taken it, whatever was feared meanwhile."""
        facts = {"sent_at": self.sent_at or now, "vendor_message_id": vendor_message_id}
        return self.model_copy(update=facts)

    def failed(self, now: Instant, code: str | None, reason: str) -> Self:
        """The vendor will not take it, or we have given up."""
        facts = {"failed_at": now, "failed_code": code, "failed_reason": reason}
        return self.model_copy(update=facts)

    def uncertain(self, now: Instant, reason: str) -> Self:
        """Whether the vendor took it cannot be known. Changes nothing once it is known."""
        if self.state != "sending":
            return self
        return self.model_copy(update={"uncertain_at": now, "uncertain_reason": reason})

    def received(
        self, status: Receipt, at: Instant, vendor_message_id: str, code: str | None, reason: str | None
    ) -> Self:
        """The vendor reports on it. The earliest report of each status counts."""
        facts: dict[str, object] = {"vendor_message_id": self.vendor_message_id or vendor_message_id}
        known = self.at(status)
        if known is None or at < known:
            facts[f"{status}_at"] = at
        if status == "failed":
            facts["failed_code"] = self.failed_code or code
            facts["failed_reason"] = self.failed_reason or reason or "the vendor gave no reason"
        return self.model_copy(update=facts)

    def _only(self, *allowed: State) -> Self:
        if self.state not in allowed:
            raise IllegalTransition(f"delivery {self.id} is {self.state}, not {' or '.join(allowed)}")
        return self
