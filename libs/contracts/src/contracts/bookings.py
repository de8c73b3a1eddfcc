"""Appointments: what is wished, what is free, what is agreed. All instants are UTC."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Instant
from contracts.messages import Channel
from contracts.model import Data, Personal, Slug


class Customer(Personal):
    """Who an appointment is for."""

    name: str
    channel: Channel
    address: str


class Slot(Data):
    """A free time with somebody who can do it."""

    start: Instant
    resource_id: Slug


class Appointment(Data):
    """An agreed appointment."""

    booking_id: UUID
    service_id: Slug
    resource_id: Slug
    start: Instant
    end: Instant


class BookingRequested(Data):
    """The customer wishes this appointment. Without `resource_id` anybody will do."""

    booking_id: UUID
    service_id: Slug
    resource_id: Slug | None = None
    start: Instant
    personal: Customer


class BookingMoveRequested(Data):
    """The customer wishes another time for an appointment. Without `resource_id`: the same, else anybody."""

    booking_id: UUID
    start: Instant
    resource_id: Slug | None = None


class BookingCancelRequested(Data):
    """The customer wishes to call an appointment off."""

    booking_id: UUID


class BookingConfirmed(Data):
    """An appointment is agreed; the time is held for this customer alone."""

    appointment: Appointment


class BookingMoved(Data):
    """An appointment has another time (or another resource)."""

    appointment: Appointment
    previous_start: Instant


class BookingCancelled(Data):
    """An appointment is called off and its time free again."""

    appointment: Appointment


Refusal = Literal[
    "taken", "closed", "past", "too_soon", "too_far", "unknown_service", "unknown_resource",
    "unknown_booking", "cancelled",
]  # fmt: skip


class BookingRefused(Data):
    """A wish could not be met: why, and the free times nearest to it, soonest first."""

    booking_id: UUID
    request: Literal["book", "move", "cancel"]
    reason: Refusal
    service_id: Slug | None = None
    start: Instant | None = None
    alternatives: tuple[Slot, ...] = ()


class AvailabilityRequested(Data):
    """What is free for a service from `earliest` up to `latest`?

    `moving` names an appointment whose own time counts as free.
    """

    service_id: Slug
    resource_id: Slug | None = None
    earliest: Instant
    latest: Instant
    moving: UUID | None = None
    limit: int = Field(default=3, ge=1, le=50)


class AvailabilityFound(Data):
    """The free times asked for, soonest first; when there are none, the next ones after."""

    service_id: Slug
    earliest: Instant
    latest: Instant
    within: bool
    slots: tuple[Slot, ...]


class ReminderDue(Data):
    """An appointment is near: time to remind the customer."""

    appointment: Appointment
