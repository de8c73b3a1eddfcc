"""Giving an appointment another time: which one, and to when. What is not said stays as it is."""

from dataclasses import replace
from datetime import datetime

from contracts.bookings import Appointment
from conversation.domain import booking_flow, wish
from conversation.domain.appointments import choices, listed, meant
from conversation.domain.questions import ask
from conversation.domain.reading import Reading
from conversation.domain.shifts import keeps_time, shifted
from conversation.domain.state import Conversation, Draft
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import When


def begin(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome:
    """ "Posso spostare a giovedì alle 10?" """
    coming = conversation.coming(scene.now)
    if not coming:
        return Outcome(conversation.but(draft=None), (scene.phrases("no_bookings"),))
    # Day and time are where to; only service and person tell which appointment is meant.
    candidates = meant(coming, replace(reading, when=None), scene) or coming
    if len(candidates) == 1:
        return move(conversation, candidates[0], reading, scene)
    draft = Draft(purpose="move", when=reading.when or wish.NOTHING, touched=scene.now)
    asked = ask(conversation.but(draft=draft), scene, "booking", choices(candidates, scene))
    return replace(asked, says=(f"{asked.says[0]}\n{listed(candidates[:10], scene)}",))


def move(conversation: Conversation, appointment: Appointment, reading: Reading, scene: Scene) -> Outcome:
    """A certain appointment shall have another time."""
    start = scene.local(appointment.start)
    when = _destination(reading, start)
    staff = reading.staff[0] if len(reading.staff) == 1 else None
    draft = Draft(
        purpose="move", services=(appointment.service_id,), staff=staff, when=when,
        near=start.time().replace(tzinfo=None), booking=appointment.booking_id, touched=scene.now,
    )  # fmt: skip
    return booking_flow.proceed(conversation.but(draft=draft), scene)


def _destination(reading: Reading, start: datetime) -> When:
    said = reading.when or wish.NOTHING
    if relative := relative_to(start, reading):
        return relative
    if wish.names_time(said) and not wish.names_day(said):
        return wish.merged(wish.exactly(start), said)
    return said


def relative_to(start: datetime, reading: Reading) -> When | None:
    """ "Un'ora dopo", "stesso orario ma venerdì": the moment meant; None if nothing of the kind is said."""
    day = wish.without_time(reading.when or wish.NOTHING)
    if by := shifted(reading.text, start):
        return wish.merged(by, day)
    if keeps_time(reading.text) and wish.names_day(day):
        return wish.merged(wish.exactly(start), day)
    return None


def pick(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """The answer to "which appointment?"; None if it does not tell."""
    draft = conversation.open_draft
    found = meant(conversation.coming(scene.now), reading, scene)
    if len(found) != 1:
        return None
    return move(conversation, found[0], replace(reading, text="", when=draft.when, services=()), scene)
