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

AgainBy = Literal["resend", "person"]

_BY_WEIGHT: Final[tuple[State, ...]] = (
    "read", "delivered", "failed", "sent", "uncertain", "suppressed", "sending",
)  # fmt: skip
"""The weightiest known fact is the state. What arrived on one device cannot have failed."""


class IllegalTransition(Exception):
    """This cannot happen to a delivery in its state. A programming error."""


class Delivery(BaseModel):
    """One message on its way. Holds neither text nor address. All times are UTC.

    `tries`: the attempts before the one in hand. `turned_away`: those of them that the vendor certainly did
    not accept and that count towards giving up; `limited_since`: it tells us to go slower, and not to come
    back `not_before` a moment. `unnamed`: attempts it may have taken under an id we never learnt.
    `resends`: attempts after a doubt that nobody was asked about; `again_by`: who decided the last of all.
    `sending_from` says where it is known whether the attempt in hand has left, `sending_by` who makes it.
    `opted_out` is what was last looked up about the customer.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    conversation_id: str
    correlation_id: UUID
    channel: Channel
    purpose: Purpose
    tries: int = 0
    turned_away: int = 0
    unnamed: int = 0
    resends: int = 0
    again_by: AgainBy | None = None
    opted_out: bool = False
    vendor_message_id: str | None = None
    failed_code: str | None = None
    failed_reason: str | None = None
    uncertain_reason: str | None = None
    sending_from: str | None = None
    sending_by: UUID | None = None
    not_before: Instant | None = None
    limited_since: Instant | None = None
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

    @property
    def attempts(self) -> int:
        """How often it was tried so far, the attempt in hand included."""
        return self.tries + (self.sending_at is not None)

    @property
    def slowed_down(self) -> bool:
        """Whether the vendor told to go slower with it."""
        return self.limited_since is not None

    def looked_up(self, *, opted_out: bool) -> Self:
        """What the customer wants, as looked up before the attempt to come."""
        return self.model_copy(update={"opted_out": opted_out})

    def sending(self, now: Instant, place: str, by: UUID | None = None) -> Self:
        """Its request is about to be written: from now on the vendor may have it."""
        facts = {"sending_at": now, "sending_from": place, "sending_by": by}
        return self._only("created").model_copy(update=facts)

    def suppressed(self, now: Instant) -> Self:
        """It is held back on purpose."""
        return self._only("created").model_copy(update={"suppressed_at": now})

    @property
    def doubted(self) -> bool:
        """Whether it is or ever was uncertain."""
        return self.uncertain_reason is not None

    def not_accepted(self) -> Self:
        """The vendor certainly has not taken it: it may be sent again."""
        return self._only("created", "sending")._another_attempt(turned_away=self.turned_away + 1)

    def limited(self, now: Instant, not_before: Instant | None) -> Self:
        """The vendor takes it later, `not_before` a certain moment; this counts as no try."""
        since = self.limited_since or now
        return self._only("created", "sending")._another_attempt(limited_since=since, not_before=not_before)

    def again(self, by: AgainBy) -> Self:
        """It is sent again although the vendor may have it."""
        self._only("uncertain")
        resends = self.resends + (by == "resend")
        changes = {"uncertain_at": None, "again_by": by, "resends": resends, "limited_since": None}
        return self._another_attempt(**changes)

    def sent(self, now: Instant, vendor_message_id: str) -> Self:
        """The vendor has taken it, whatever was feared meanwhile."""
        known = self._named() if self.state == "uncertain" else self
        facts = {"sent_at": self.sent_at or now, "vendor_message_id": vendor_message_id}
        return known.model_copy(update=facts)

    def failed(self, now: Instant, code: str | None, reason: str) -> Self:
        """The vendor will not take it, or we have given up."""
        facts = {"failed_at": now, "failed_code": code, "failed_reason": reason}
        return self.model_copy(update=facts)

    def uncertain(self, now: Instant, reason: str) -> Self:
        """Whether the vendor took it cannot be known. Changes nothing once it is known."""
        if self.state != "sending":
            return self
        facts = {"uncertain_at": now, "uncertain_reason": reason, "unnamed": self.unnamed + 1}
        return self.model_copy(update=facts)

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
        told_of = self if vendor_message_id == self.vendor_message_id else self._named()
        return told_of.model_copy(update=facts)

    def _named(self) -> Self:
        """The vendor's id of one attempt that was in doubt has become known."""
        return self.model_copy(update={"unnamed": max(0, self.unnamed - 1)})

    def _another_attempt(self, **changes: object) -> Self:
        fresh = {"sending_at": None, "sending_from": None, "sending_by": None, "tries": self.tries + 1}
        return self.model_copy(update=fresh | changes)

    def _only(self, *allowed: State) -> Self:
        if self.state not in allowed:
            raise IllegalTransition(f"delivery {self.id} is {self.state}, not {' or '.join(allowed)}")
        return self
