"""What the scheduler answers, told to the customer: agreed, refused with other times, what is free."""

from dataclasses import replace
from datetime import datetime

from contracts.bookings import (
    Appointment,
    AvailabilityFound,
    BookingCancelled,
    BookingConfirmed,
    BookingMoved,
    BookingRefused,
    ReminderDue,
    Slot,
)
from conversation.domain import bundles, correcting, offers, wish
from conversation.domain.appointments import words_of
from conversation.domain.cancelling import go_on
from conversation.domain.phrases import sentence
from conversation.domain.questions import ask, service_options
from conversation.domain.refusals import no_fit, reason
from conversation.domain.scheduler_requests import request
from conversation.domain.state import Conversation, Draft, KnownBooking, Topic
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent

_GONE = ("unknown_booking", "cancelled")


def on_confirmed(conversation: Conversation, confirmed: BookingConfirmed, scene: Scene) -> Outcome:
    """An appointment is agreed, ours or one made elsewhere."""
    appointment = confirmed.appointment
    service = scene.config.service(appointment.service_id)
    amount = service.price if service else None
    price = "" if amount is None else scene.phrases("price_is", price=scene.phrases.money(amount))
    told = scene.phrases("confirmed", **words_of(appointment, scene), price=price)
    agreed = _agreed(conversation, appointment, scene)
    draft = conversation.draft
    if draft and draft.later and agreed.draft is None:
        return bundles.go_on(agreed, draft, appointment, scene).after(told)
    return Outcome(agreed, (told,))


def on_moved(conversation: Conversation, moved: BookingMoved, scene: Scene) -> Outcome:
    """An appointment has another time."""
    told = scene.phrases("moved", **words_of(moved.appointment, scene))
    return Outcome(_agreed(conversation, moved.appointment, scene), (told,))


def on_cancelled(conversation: Conversation, cancelled: BookingCancelled, scene: Scene) -> Outcome:
    """An appointment is called off."""
    words = words_of(cancelled.appointment, scene)
    draft, gave_way = conversation.draft, correcting.gave_way(conversation, cancelled)
    more = gave_way or (conversation.waiting and conversation.waiting.then)
    told = scene.phrases(
        "cancelled_one" if more else "cancelled", service=words["service"], moment=words["moment"]
    )
    # "Martedì alle 10" is enough now: it will be for the same service.
    topic = Topic(intent=Intent.BOOK, services=(cancelled.appointment.service_id,), told=scene.now)
    known = _agreed(conversation, cancelled.appointment, scene, cancelled=True)
    if draft and gave_way:
        return correcting.book_instead(known, draft, told, scene)
    return go_on(conversation, Outcome(known.but(topic=topic), (told,)), scene)


def _agreed(
    conversation: Conversation, appointment: Appointment, scene: Scene, *, cancelled: bool = False
) -> Conversation:
    waiting = conversation.waiting
    if waiting and waiting.booking == appointment.booking_id:
        conversation = conversation.but(waiting=None, draft=None)
    known = KnownBooking(appointment=appointment, cancelled=cancelled, told=scene.now)
    return conversation.booked(known)


def on_refused(conversation: Conversation, refused: BookingRefused, scene: Scene) -> Outcome:
    """A wish could not be met: says why and lays the nearest other times on the table."""
    waiting = conversation.waiting
    if waiting is None or waiting.booking != refused.booking_id:
        return Outcome(conversation)  # a late answer to something that was answered before
    before, conversation = conversation, conversation.but(waiting=None)
    if refused.request == "cancel" or refused.reason in _GONE:
        return go_on(before, _nothing_to_change(conversation, refused, scene), scene)
    if conversation.draft is None:
        return Outcome(conversation, (reason(refused, None, scene),))
    if refused.reason == "unknown_service":
        return _other_service(conversation, refused, scene)
    return _other_times(conversation, refused, scene)


def _nothing_to_change(conversation: Conversation, refused: BookingRefused, scene: Scene) -> Outcome:
    known = conversation.booking(refused.booking_id)
    if refused.reason in _GONE and known:
        conversation = conversation.booked(known.but(cancelled=True))
    key = f"refused_{refused.reason}" if refused.reason in _GONE else "refused_cancel"
    return Outcome(conversation.but(draft=None), (scene.phrases(key),))


def _other_service(conversation: Conversation, refused: BookingRefused, scene: Scene) -> Outcome:
    conversation = conversation.drafted(services=())
    asked = ask(conversation, scene, "service", service_options(conversation.open_draft, scene))
    return asked.after(reason(refused, None, scene))


def _other_times(conversation: Conversation, refused: BookingRefused, scene: Scene) -> Outcome:
    draft = conversation.open_draft
    if refused.reason == "unknown_resource":
        conversation = conversation.drafted(staff=None)
    slots = offers.chosen(refused.alternatives, draft, scene)
    headline = reason(refused, _same_day(slots, draft, scene), scene)
    if not slots:
        return _nothing_free(conversation, scene, headline)
    return offers.offer(conversation, slots, scene, headline, ask_back=True)


def _same_day(slots: tuple[Slot, ...], draft: Draft, scene: Scene) -> bool:
    days = {scene.local(slot.start).date() for slot in slots}
    return days == set(draft.when.dates)


def on_found(conversation: Conversation, found: AvailabilityFound, scene: Scene) -> Outcome:
    """Free times: lays up to three on the table."""
    draft, waiting = conversation.draft, conversation.waiting
    if waiting is None or waiting.request != "availability":
        return Outcome(conversation)
    conversation = conversation.but(waiting=None)
    if draft is None:
        return Outcome(conversation)
    if draft.purpose == "book" and draft.booking and offers.wished_exactly(found.slots, draft, scene):
        return request(conversation.drafted(offered=found.slots), scene)
    headline = _headline(draft, found, scene)
    slots = offers.chosen(found.slots, draft, scene)
    if not slots:
        return _nothing_free(conversation, scene, *headline)
    ask_back = bool(headline or draft.when.times or draft.near)
    return offers.offer(conversation, slots, scene, *headline, ask_back=ask_back, say_day=not headline)


def _headline(draft: Draft, found: AvailabilityFound, scene: Scene) -> tuple[str, ...]:
    phrases, when = scene.phrases, draft.when
    if offers.closed_day(draft, scene):
        return (phrases("closed_on", day=sentence(phrases.day(when.dates[0]))),)
    if not found.within or not found.slots:
        return _full(draft, scene)
    if when.times and not any(wish.fits(scene.local(slot.start), when) for slot in found.slots):
        moment = sentence(phrases("time_offered", time=phrases.clock(when.times[0])))
        return (_no_fit(draft, moment, scene) or phrases("refused_taken", moment=moment),)
    return ()


def _no_fit(draft: Draft, moment: str, scene: Scene) -> str | None:
    if len(draft.when.dates) != 1:
        return None
    start = datetime.combine(draft.when.dates[0], draft.when.times[0], tzinfo=scene.zone)
    return no_fit(start, draft.services[0], moment, scene)


def _full(draft: Draft, scene: Scene) -> tuple[str, ...]:
    when, phrases = draft.when, scene.phrases
    if not wish.names_day(when):
        return ()
    if len(when.dates) == 1:
        key = "part_full" if when.not_before or when.not_after else "day_full"
        return (phrases(key, day=sentence(phrases.day(when.dates[0]))),)
    return (phrases("nothing_fits"),)


def _nothing_free(conversation: Conversation, scene: Scene, *headline: str) -> Outcome:
    asked = ask(conversation.drafted(offered=()), scene, "human")
    return replace(asked, says=(" ".join((*headline, scene.phrases("nothing_free"), *asked.says)),))


def on_reminder_due(conversation: Conversation, due: ReminderDue, scene: Scene) -> Outcome:
    """Reminds of an appointment that still stands, at the time it still has."""
    known = conversation.booking(due.appointment.booking_id)
    if known is None or known.cancelled or known.appointment.start != due.appointment.start:
        return Outcome(conversation)
    told = scene.phrases("reminder", **words_of(known.appointment, scene))
    return Outcome(conversation, (told,), purpose="reminder")
