"""From the cues of a message to what it is about: which wish comes first, and what it implies."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from conversation.domain.understanding.intents import COURTESIES, DETAILS, Scored
from conversation.domain.understanding.model import Expecting, Intent, Language, Understanding, When
from conversation.domain.understanding.when import read_when
from conversation.domain.understanding.wishes import Wish

INFERRED = 0.6  # a day or a service without a verb is most likely a booking,
ANSWERED = 0.8  # and more surely so when the bot has just asked for it
ABOUT_A_BOOKING = (Intent.MOVE, Intent.CANCEL, Intent.MY_BOOKINGS, Intent.BOOK)


def with_intents(reading: Understanding, scored: Sequence[Scored], asked: Expecting) -> Understanding:
    """Add the intents found; a day, a service or a person without any wish is one to book."""
    found = _without_second_wish(scored)
    wishes = any(intent not in COURTESIES | DETAILS for intent, _ in found)
    inferred = not wishes and bool(reading.when or reading.services or reading.staff)
    if inferred:
        sure = ANSWERED if asked.slot in ("when", "service", "choice") else INFERRED
        agreed = any(intent is Intent.AFFIRM for intent, _ in found)
        found.insert(1 if agreed else 0, (Intent.BOOK, sure))
    if not found:
        answer = reading.name is not None or reading.choice is not None
        return replace(reading, confidence=ANSWERED if answer else 0.0)
    intent, confidence = found[0]
    if inferred:
        confidence = min(confidence, sure)  # "ok, a domani" agrees for sure, but books nothing for sure
    intents = tuple(intent for intent, _ in found)
    return replace(reading, intent=intent, confidence=confidence, intents=intents)


def wanted_when(
    said: str, language: Language, now: datetime, asked: Expecting, scored: Sequence[Scored]
) -> tuple[Sequence[Scored], When | None]:
    """The day and time wanted, and the intents in their light.

    "I can't make it tomorrow, Thursday?" moves a booking rather than cancels it.
    """
    wish = _wish(scored)
    when = read_when(said, language, now, asked, wish)
    if wish == "cancel" and when is not None:
        offered = read_when(said, language, now, asked, "new")
        if offered is not None and _said(offered) < _said(when):
            moved = [(Intent.MOVE if i is Intent.CANCEL else i, score) for i, score in scored]
            return moved, offered
    return scored, when


def _said(when: When) -> frozenset[date | time]:
    return frozenset((*when.dates, *when.times))


def _without_second_wish(scored: Sequence[Scored]) -> list[Scored]:
    """ "Vorrei disdire l'appuntamento" has the words of a booking, but asks for none."""
    first = next((i for i, _ in scored if i in ABOUT_A_BOOKING), None)
    weaker = ABOUT_A_BOOKING[ABOUT_A_BOOKING.index(first) + 1 :] if first else ()
    return [s for s in scored if s[0] not in weaker or s[0] is Intent.CANCEL]


def _wish(scored: Sequence[Scored]) -> Wish:
    intents = [intent for intent, _ in scored]
    if Intent.MOVE in intents:
        return "move"
    return "cancel" if Intent.CANCEL in intents else "new"


def beyond_courtesy(scored: Sequence[Scored]) -> bool:
    """Greetings and thanks may stand beside a name; "no" and "boh" may not."""
    beside = (Intent.GREET, Intent.THANKS, Intent.AFFIRM, Intent.BYE)
    return any(intent not in beside for intent, _ in scored)
