"""What one conversation remembers between two events. Instants are UTC unless a name says local."""

from datetime import date, datetime, time
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, field_serializer

from contracts.bookings import Appointment, Slot
from contracts.completions import Utterance
from contracts.envelope import Instant
from contracts.messages import Channel, MessageReceived, Option
from contracts.tenants import Language
from conversation.domain.understanding import Intent, When

TURNS_KEPT = 10  # what an AI is told of the talk so far
BOOKINGS_KEPT = 20

Question = Literal[
    "service", "when", "day", "time", "date", "name", "offer", "booking", "cancel", "replace", "human"
]
"""What may be open. `when`: neither day nor time is known. `time`, `date`: several were named.
`offer`: free times lie on the table. `booking`: which appointment is meant. `cancel`, `replace`, `human`:
yes or no."""


class Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    def but(self, **changes: object) -> Self:
        """The same with some fields changed."""
        return self.model_copy(update=changes)


class Contact(Kept):
    """Where the customer is reached, and what the channel calls them."""

    channel: Channel
    account: str
    address: str
    name: str | None = None


class Draft(Kept):
    """A wish that is not complete or not yet agreed.

    Several `services` are not told apart yet. `when` is local to the business; `near` is the local time
    to stay close to when only the day changes. `booking` is moved, cancelled, or gives way to the new one.
    `look` wants to see free times before anything is booked.
    """

    purpose: Literal["book", "move", "cancel"]
    services: tuple[str, ...] = ()
    later: tuple[tuple[str, ...], ...] = ()  # services wanted right after this one
    staff: str | None = None
    when: When = When()
    near: time | None = None
    look: bool = False
    booking: UUID | None = None
    asked: Question | None = None
    options: tuple[Option, ...] = ()
    offered: tuple[Slot, ...] = ()
    misses: int = 0
    touched: Instant


class Waiting(Kept):
    """The scheduler owes an answer; what it was asked, and when."""

    request: Literal["availability", "book", "move", "cancel"]
    booking: UUID | None = None
    then: tuple[UUID, ...] = ()  # appointments to call off after this one
    since: Instant
    told: Instant | None = None


class Heard(Kept):
    """A message of the customer with the id and time of its event."""

    event_id: UUID
    time: Instant
    message: MessageReceived


class KnownBooking(Kept):
    """An appointment of this customer."""

    appointment: Appointment
    cancelled: bool = False
    told: Instant


class Topic(Kept):
    """What was asked about last: of which services, of which days."""

    intent: Intent
    services: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    told: Instant


class Conversation(Kept):
    """All that is remembered of the talk with one customer on one channel."""

    id: str
    contact: Contact | None = None
    language: Language | None = None
    name: str | None = None
    greeted: bool = False
    opted_out: bool = False
    consent_at: Instant | None = None  # of the last STOP or START
    human_asked_at: Instant | None = None
    unclear: int = 0  # messages in a row that nobody could answer
    topic: Topic | None = None
    draft: Draft | None = None
    waiting: Waiting | None = None
    preface: tuple[str, ...] = ()  # answers that go out together with the scheduler's
    deferred: tuple[Heard, ...] = ()
    bookings: tuple[KnownBooking, ...] = ()
    turns: tuple[Utterance, ...] = ()
    updated_at: Instant | None = None

    @field_serializer("updated_at", when_used="json-unless-none")
    def _sortable(self, moment: datetime) -> str:
        """Always with microseconds: conversations are listed in the order of this text."""
        return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")

    @property
    def knows_nothing(self) -> bool:
        """Whether nothing is remembered but who writes."""
        return self.but(contact=None, updated_at=None) == Conversation(id=self.id)

    @property
    def customer_name(self) -> str | None:
        """What the customer said, else the channel's name if it holds letters ("🌸" is no name)."""
        offered = self.contact.name if self.contact else None
        return self.name or (offered if offered and any(map(str.isalpha, offered)) else None)

    @property
    def open_draft(self) -> Draft:
        """The draft, where the rules know that there is one."""
        if self.draft is None:
            raise LookupError(f"conversation {self.id} has no open draft")
        return self.draft

    @property
    def known_contact(self) -> Contact:
        """The contact, which is known once the customer has written."""
        if self.contact is None:
            raise LookupError(f"conversation {self.id} has no contact yet")
        return self.contact

    def drafted(self, **changes: object) -> Self:
        """The same with some fields of the open draft changed."""
        return self.but(draft=self.draft.but(**changes)) if self.draft else self

    def heard_saying(self, text: str) -> Self:
        return self._with_turn(Utterance(role="customer", text=text)) if text else self

    def having_said(self, text: str) -> Self:
        return self._with_turn(Utterance(role="business", text=text))

    def _with_turn(self, turn: Utterance) -> Self:
        return self.but(turns=(*self.turns, turn)[-TURNS_KEPT:])

    def booked(self, booking: KnownBooking) -> Self:
        """The same, knowing this appointment as it is now."""
        wanted = booking.appointment.booking_id
        others = (one for one in self.bookings if one.appointment.booking_id != wanted)
        return self.but(bookings=(*others, booking)[-BOOKINGS_KEPT:])

    def booking(self, booking_id: UUID | None) -> KnownBooking | None:
        return next((one for one in self.bookings if one.appointment.booking_id == booking_id), None)

    def coming(self, now: Instant) -> tuple[Appointment, ...]:
        """Appointments that stand and are still to come, soonest first."""
        standing = (one.appointment for one in self.bookings if not one.cancelled)
        return tuple(sorted((one for one in standing if one.start > now), key=lambda one: one.start))
