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
    candidates, reading = _moved(coming, reading, scene)
    if len(candidates) == 1:
        return move(conversation, candidates[0], reading, scene)
    draft = Draft(purpose="move", when=reading.when or wish.NOTHING, touched=scene.now)
    asked = ask(conversation.but(draft=draft), scene, "booking", choices(candidates, scene))
    return replace(asked, says=(f"{asked.says[0]}\n{listed(candidates[:10], scene)}",))


def _moved(
    coming: tuple[Appointment, ...], reading: Reading, scene: Scene
) -> tuple[tuple[Appointment, ...], Reading]:
    """Those that can be meant, and the reading with where to. "Quello di martedì alle 17" is on Tuesday at
    five; if there is none, Tuesday's goes to five."""
    source = reading.source
    found = meant(coming, replace(reading, when=source), scene)
    if source and not found and reading.when is None and wish.names_day(source) and wish.names_time(source):
        found = meant(coming, replace(reading, when=wish.without_time(source)), scene)
        reading = replace(reading, when=replace(source, dates=(), date_range=None))
    return found or meant(coming, replace(reading, when=None), scene) or coming, reading


def move(conversation: Conversation, appointment: Appointment, reading: Reading, scene: Scene) -> Outcome:
    """A certain appointment shall have another time."""
    start = scene.local(appointment.start)
    when = destination(start, reading)
    staff = reading.staff[0] if len(reading.staff) == 1 else None
    draft = Draft(
        purpose="move", services=(appointment.service_id,), staff=staff, when=when,
        near=start.time().replace(tzinfo=None), booking=appointment.booking_id, touched=scene.now,
    )  # fmt: skip
    return booking_flow.proceed(conversation.but(draft=draft), scene)


def change_of_mind(
    conversation: Conversation, appointment: Appointment, reading: Reading, scene: Scene
) -> Outcome:
    """ "Anzi facciamo venerdì", just after booking: the time stays, for it was said a moment ago."""
    when = wish.merged(wish.exactly(scene.local(appointment.start)), reading.when or wish.NOTHING)
    return move(conversation, appointment, replace(reading, when=when), scene)


def destination(start: datetime, reading: Reading) -> When:
    """Where an appointment at local `start` shall go. A time without a day means the same day; "un'ora
    dopo" and "stesso orario ma venerdì" are reckoned from `start`."""
    said = reading.when or wish.NOTHING
    if by := shifted(reading.text, start):
        return by
    if keeps_time(reading.text) and wish.names_day(said):
        return wish.merged(wish.exactly(start), said)
    if wish.names_time(said) and not wish.names_day(said):
        return wish.merged(wish.exactly(start), said)
    return said


def pick(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome | None:
    """The answer to "which appointment?"; None if it does not tell."""
    draft = conversation.open_draft
    found = meant(conversation.coming(scene.now), reading, scene)
    if len(found) != 1:
        return None
    return move(conversation, found[0], replace(reading, text="", when=draft.when, services=()), scene)
