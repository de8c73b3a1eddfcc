"""A wish on its way to an appointment: what is missing is asked for, then the scheduler is asked.

Booking and moving share this path; `moving` and `cancelling` say how those begin.
"""

from dataclasses import replace

from contracts.bookings import Slot
from conversation.domain import wish
from conversation.domain.appointments import words_of
from conversation.domain.phrases import sentence
from conversation.domain.questions import ask, service_options
from conversation.domain.reading import Reading, option
from conversation.domain.scheduler_requests import look, request
from conversation.domain.state import Conversation, Draft
from conversation.domain.topic import in_its_light
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent


def begin(conversation: Conversation, reading: Reading, scene: Scene) -> Outcome:
    """A new wish to book."""
    if not scene.config.services:
        draft = Draft(purpose="book", touched=scene.now)
        return ask(conversation.but(draft=draft), scene, "human").after(scene.phrases("no_booking_here"))
    draft = in_its_light(conversation, Draft(purpose="book", touched=scene.now), scene)
    conversation = conversation.but(topic=None)
    return proceed(merge(conversation.but(draft=draft), reading), scene)


def merge(conversation: Conversation, reading: Reading) -> Conversation:
    """The wish with what a message adds to it or changes of it."""
    draft = conversation.open_draft
    asking_about_prices = reading.has(Intent.PRICES, Intent.SERVICES) and not reading.has(Intent.BOOK)
    services = () if asking_about_prices or draft.purpose == "move" else reading.services
    later = draft.later
    if services and reading.bundle:
        services, *rest = reading.bundle
        later = tuple(rest)
    about_hours = reading.has(Intent.HOURS) and not reading.has(Intent.BOOK, Intent.MOVE)
    when = None if about_hours else reading.when
    conversation = conversation.drafted(
        services=services or draft.services,
        later=tuple(one for one in later if not set(one) & set(services)),
        staff=_staff(draft, reading),
        when=wish.merged(draft.when, when) if when else draft.when,
        look=draft.look or _looks(reading),
    )
    return conversation.but(name=reading.name or conversation.name)


def _staff(draft: Draft, reading: Reading) -> str | None:
    if reading.has(Intent.ANYONE):
        return None
    return reading.staff[0] if len(reading.staff) == 1 else draft.staff


def _looks(reading: Reading) -> bool:
    """Whether free times shall be seen before anything is booked."""
    asks = reading.has(Intent.AVAILABILITY) and not reading.has(Intent.BOOK)
    return asks or reading.has(Intent.SOONEST)


def proceed(conversation: Conversation, scene: Scene) -> Outcome:
    """The next step: a question for what is missing, else the request."""
    draft = conversation.open_draft
    every = scene.config.services
    services = (every[0].id,) if len(every) == 1 else draft.services
    ahead = wish.within_reach(wish.still_ahead(draft.when, scene.now), scene.now, scene.config)
    when = wish.sensible(ahead, scene.config)
    conversation = conversation.drafted(services=services, when=when)
    for missing in (_service_missing, _day_out_of_reach, _moment_missing, _name_missing):
        if (outcome := missing(conversation, scene)) is not None:
            return outcome
    return request(conversation, scene)


def _service_missing(conversation: Conversation, scene: Scene) -> Outcome | None:
    draft = conversation.open_draft
    if len(draft.services) == 1:
        return None
    return ask(conversation, scene, "service", service_options(draft, scene))


def _day_out_of_reach(conversation: Conversation, scene: Scene) -> Outcome | None:
    """A day that has passed, or that no appointments are taken for yet, needs no look into the diary."""
    when, phrases = conversation.open_draft.when, scene.phrases
    days = wish.days_of(when)
    another = conversation.drafted(when=replace(when, dates=(), date_range=None))
    if days and max(days) < scene.now.date():
        return ask(another, scene, "when").after(phrases("day_past"))
    if days and min(days) > wish.last_day(scene.now, scene.config):
        told = phrases("refused_too_far", moment=sentence(phrases.day(min(days))))
        return ask(another, scene, "day" if wish.names_time(when) else "when").after(told)
    return None


def _moment_missing(conversation: Conversation, scene: Scene) -> Outcome | None:
    draft = conversation.open_draft
    when, phrases = draft.when, scene.phrases
    if len(when.dates) > 1:
        dates = tuple(option("date", day.isoformat(), phrases.short_day(day)) for day in when.dates[:10])
        return ask(conversation, scene, "date", dates)
    if when.dates and len(when.times) > 1:
        times = tuple(option("time", one.isoformat(), phrases.clock(one)) for one in when.times[:10])
        return ask(conversation, scene, "time", times)
    if len(when.dates) == 1 and when.times and not draft.look:
        return None
    if wish.names_day(when) or (draft.look and not when.times):
        return look(conversation, scene)
    return ask(conversation, scene, "day" if wish.names_time(when) else "when")


def _name_missing(conversation: Conversation, scene: Scene) -> Outcome | None:
    draft = conversation.draft
    if conversation.customer_name or (draft and draft.purpose == "move"):
        return None
    return ask(conversation, scene, "name")


def take(conversation: Conversation, slot: Slot, reading: Reading, scene: Scene) -> Outcome:
    """The customer takes an offered time, perhaps with somebody else than it was offered with."""
    draft = conversation.open_draft
    staff = slot.resource_id if draft.staff else None
    if len(reading.staff) == 1:
        staff = reading.staff[0]
    conversation = conversation.drafted(when=wish.exactly(scene.local(slot.start)), staff=staff, look=False)
    return proceed(conversation, scene)


def decline(conversation: Conversation, scene: Scene) -> Outcome:
    """ "No": to free times asks for another wish, to anything else lets the wish go."""
    draft = conversation.open_draft
    if draft.asked == "offer":
        return ask(conversation.drafted(when=wish.without_time(draft.when), near=None), scene, "when")
    return let_go(conversation, scene)


def let_go(conversation: Conversation, scene: Scene) -> Outcome:
    """Drops the draft and says what stands."""
    draft = conversation.open_draft
    told = [scene.phrases("move_dropped" if draft.purpose == "move" else "dropped")]
    if draft.purpose == "book":
        for one in conversation.coming(scene.now)[:1]:
            words = words_of(one, scene)
            told.append(scene.phrases("booking_stands", service=words["service"], moment=words["moment"]))
    return Outcome(conversation.but(draft=None), (" ".join(told),))
