"""What customers write. Each message has exactly one answer, and that holds its marker and no earlier one:
a day of the year, or a code word that the stand-in of the AI repeats."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date

from contracts.tenants import Language, Service, TenantConfig

LANGUAGES: Final[tuple[Language, ...]] = ("it", "en", "fr")

# Nearer days may be called tomorrow or Monday, later ones are told with their year.
_DAYS: Final = range(9, 290)

_HOURS: Final = {
    "it": "Siete aperti il {day}?",
    "en": "Are you open on {day}?",
    "fr": "Êtes-vous ouverts le {day} ?",
}
_BOOKING: Final = {
    "it": "Vorrei prenotare {service} il {day} alle {time}",
    "en": "I would like to book {service} on {day} at {time}",
    "fr": "Je voudrais prendre rendez-vous pour {service} le {day} à {time}",
}
_FOR_AN_AI: Final = {
    "it": "Qual è la capitale della Mongolia? {code}",
    "en": "What is the capital of Mongolia? {code}",
    "fr": "Quelle est la capitale de la Mongolie ? {code}",
}


@dataclass(frozen=True)
class Question:
    """A text and what marks its answer. `ordered` is false where the answer may come later than the next."""

    text: str
    marker: str
    ordered: bool = True


@dataclass(frozen=True)
class Slot:
    """A time that a service can be booked at."""

    start: datetime
    service: Service


@dataclass(frozen=True)
class Asking:
    """How customers of one business ask; `today` is the local day of all their messages."""

    business: TenantConfig
    today: date

    @property
    def language(self) -> Language:
        """The first language of the business."""
        return self.business.languages[0]

    @property
    def days(self) -> list[date]:
        """Days whose name marks an answer."""
        return [self.today + timedelta(days=one) for one in _DAYS]

    def hours(self, day: date) -> Question:
        """Whether it is open that day: answered by rules."""
        marker = _named(day, self.language)
        return Question(_HOURS[self.language].format(day=marker), marker)

    def booking(self, slot: Slot) -> Question:
        """An appointment: answered when the scheduler has confirmed it."""
        marker = _named(slot.start.date(), self.language)
        text = _BOOKING[self.language].format(
            service=slot.service.name.in_(self.language), day=marker, time=f"{slot.start:%H:%M}"
        )
        return Question(text, marker)

    def for_an_ai(self, number: int) -> Question:
        """What no rule answers."""
        code = f"KX{number}"
        return Question(_FOR_AN_AI[self.language].format(code=code), code, ordered=False)

    def slots(self) -> Iterator[Slot]:
        """Times of one service that do not overlap, day by day."""
        service = self.business.services[-1]
        length = timedelta(minutes=service.duration)
        for day in self.days:
            for opening in self.business.opening(day)[:1]:
                start, end = (datetime.combine(day, one) for one in (opening.start, opening.end))
                while start + length <= end:
                    yield Slot(start, service)
                    start += length


def marker_in(text: str) -> str | None:
    """The first marker in an answer."""
    found = _markers().search(text)
    return found.group() if found else None


def _named(day: date, language: Language) -> str:
    return format_date(day, "d MMMM", locale=Locale(language))


@cache
def _markers() -> re.Pattern[str]:
    months = {name for one in LANGUAGES for name in Locale(one).months["format"]["wide"].values()}
    return re.compile(rf"\b\d{{1,2}} (?:{'|'.join(sorted(months))})\b|\bKX\d+\b")
