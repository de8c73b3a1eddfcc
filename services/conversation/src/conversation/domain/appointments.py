"""How appointments are named to the customer, and which one a message means."""

from datetime import datetime, timedelta
from typing import TypedDict

from contracts.bookings import Appointment
from contracts.messages import Option
from conversation.domain.reading import Reading, option
from conversation.domain.state import Conversation
from conversation.domain.turn import Scene
from conversation.domain.wish import fits

JUST_BOOKED = timedelta(minutes=30)


class Words(TypedDict):
    """What messages about an appointment are filled with."""

    service: str
    moment: str
    staff: str


def words_of(appointment: Appointment, scene: Scene) -> Words:
    """Service, local day and time, and with whom."""
    phrases = scene.phrases
    resource = scene.config.resource(appointment.resource_id)
    return {
        "service": phrases.service(appointment.service_id),
        "moment": phrases.full_moment(scene.local(appointment.start)),
        "staff": phrases("with_staff", name=resource.name) if resource else "",
    }


def listed(appointments: tuple[Appointment, ...], scene: Scene) -> str:
    """One line each."""
    lines = (scene.phrases("booking_line", **words_of(one, scene)) for one in appointments)
    return "\n".join(lines)


def choices(appointments: tuple[Appointment, ...], scene: Scene) -> tuple[Option, ...]:
    """The soonest ten to choose from."""
    return tuple(
        option("booking", str(one.booking_id), scene.phrases.short_moment(scene.local(one.start)))
        for one in appointments[:10]
    )


def meant(appointments: tuple[Appointment, ...], reading: Reading, scene: Scene) -> tuple[Appointment, ...]:
    """Those the message can mean: picked, or agreeing with the service, person, day and time it names."""
    if reading.booking:
        return tuple(one for one in appointments if one.booking_id == reading.booking)
    return tuple(one for one in appointments if _agrees(one, reading, scene.local(one.start)))


def _agrees(appointment: Appointment, reading: Reading, start: datetime) -> bool:
    return (
        (not reading.services or appointment.service_id in reading.services)
        and (not reading.staff or appointment.resource_id in reading.staff)
        and (reading.when is None or fits(start, reading.when))
    )


def just_booked(conversation: Conversation, scene: Scene) -> Appointment | None:
    """The appointment that was made or changed a moment ago."""
    fresh = [
        one.appointment for one in conversation.bookings
        if not one.cancelled and one.appointment.start > scene.now and scene.now - one.told <= JUST_BOOKED
    ]  # fmt: skip
    return fresh[-1] if fresh else None
