"""One booking: what is agreed, what is being tried, and what was answered to whom."""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, JsonValue

from contracts.bookings import Appointment, Customer
from contracts.catalogue import row_of, type_of
from contracts.envelope import Instant
from contracts.model import Data
from scheduler.domain.diary import Claim, Place

_ANSWERS_KEPT = 100  # redeliveries come within minutes; nobody moves an appointment so often in that time

Status = Literal["choosing", "refused", "confirmed", "cancelled"]


class Agreed(Data):
    """What was agreed with the customer, latest terms. `by` is the event that brought them about."""

    claim: Claim
    service_id: str
    customer: Customer
    conversation_id: str
    reminder_at: Instant | None
    by: UUID


class Attempt(Data):
    """What one event is trying to hold, and what it tried before in vain."""

    claim: Claim
    abandoned: tuple[Claim, ...] = ()


class Handled(Data):
    """The one answer to an event, and the claims that it made void for ever."""

    type: str
    content: dict[str, JsonValue]
    void: tuple[Claim, ...] = ()

    @property
    def answer(self) -> Data:
        return row_of(self.type).model.model_validate(self.content)


class Booking(Data):
    """`agreed` is set once confirmed and stays after cancelling. `attempts` and `handled` go by event id."""

    id: UUID
    created_at: Instant
    updated_at: Instant
    status: Status = "choosing"
    agreed: Agreed | None = None
    claims_made: int = 0
    attempts: dict[UUID, Attempt] = Field(default_factory=dict)
    handled: dict[UUID, Handled] = Field(default_factory=dict)

    @property
    def appointment(self) -> Appointment:
        """Raises ValueError while nothing was agreed."""
        if self.agreed is None:
            raise ValueError(f"nothing was agreed for booking {self.id}")
        place = self.agreed.claim.place
        return Appointment(
            booking_id=self.id, service_id=self.agreed.service_id, resource_id=place.resource_id,
            start=place.start, end=place.end,
        )  # fmt: skip

    def attempt(self, event_id: UUID) -> Attempt | None:
        return self.attempts.get(event_id)

    def is_past(self, event_id: UUID, at: Instant) -> bool:
        """Whether an unanswered event of then may have had an answer, or was overtaken by a later one."""
        full = len(self.handled) >= _ANSWERS_KEPT
        return event_id not in self.handled and (full or self.updated_at > at)

    def trying(self, event_id: UUID, place: Place) -> Self:
        """Means to hold `place` for this event; what the event tried before is given up."""
        number = self.claims_made + 1
        attempt = Attempt(claim=Claim(number=number, place=place), abandoned=self.tried(event_id))
        attempts = {**self.attempts, event_id: attempt}
        return self.model_copy(update={"claims_made": number, "attempts": attempts})

    def tried(self, event_id: UUID) -> tuple[Claim, ...]:
        """Every claim this event has made so far."""
        attempt = self.attempts.get(event_id)
        return (*attempt.abandoned, attempt.claim) if attempt else ()

    def answering(self, event_id: UUID, answer: Data, void: tuple[Claim, ...]) -> Self:
        """This event has its answer, the same one for ever, and tries nothing more."""
        content = answer.model_dump(mode="json")
        handled = Handled(type=type_of(answer), content=content, void=void)
        remembered = dict([*self.handled.items(), (event_id, handled)][-_ANSWERS_KEPT:])
        attempts = {key: value for key, value in self.attempts.items() if key != event_id}
        return self.model_copy(update={"handled": remembered, "attempts": attempts})
