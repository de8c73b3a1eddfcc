"""Wording in the customer's language: messages from the catalogue; days, times and money by CLDR."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency

from contracts.tenants import Language, Service, TenantConfig
from conversation.messages import MESSAGES

UNMISTAKABLE = timedelta(days=300)


class Phrases:
    """How one business speaks one language. Takes local dates and times, never instants."""

    def __init__(self, language: Language, config: TenantConfig, today: date | None = None) -> None:
        self.language = language
        self._today = today
        self._messages = MESSAGES[language]
        self._config = config
        self._locale = _locale(language, config.country)

    def __call__(self, key: str, **values: object) -> str:
        """A message of the catalogue."""
        return self._messages[key].format(**values)

    def day(self, day: date) -> str:
        """`sabato 21 novembre`; with the year where it might be mistaken for a nearer one."""
        far = self._today is not None and abs(day - self._today) > UNMISTAKABLE
        return self.full_day(day) if far else format_date(day, "EEEE d MMMM", locale=self._locale)

    def short_day(self, day: date) -> str:
        """`sab 21 nov`: fits on a button."""
        return format_date(day, "EEE d MMM", locale=self._locale)

    def full_day(self, day: date) -> str:
        """`sabato 21 novembre 2026`"""
        return format_date(day, "EEEE d MMMM y", locale=self._locale)

    def weekday(self, day: date) -> str:
        return format_date(day, "EEEE", locale=self._locale)

    def short_moment(self, moment: datetime) -> str:
        """`sab 21 nov 15:00`: fits on a button."""
        return f"{self.short_day(moment.date())} {self.clock(moment.time())}"

    def clock(self, moment: time) -> str:
        """`15:00` in every language: 24 hours cannot be misread."""
        return f"{moment:%H:%M}"

    def at(self, moment: time) -> str:
        """`alle 15:00`"""
        return self("at_time", time=self.clock(moment))

    def moment(self, moment: datetime) -> str:
        """`sabato 21 novembre alle 15:00`"""
        return self("day_at_time", day=self.day(moment.date()), time=self.clock(moment.time()))

    def full_moment(self, moment: datetime) -> str:
        """`sabato 21 novembre 2026 alle 15:00`"""
        return self("day_at_time", day=self.full_day(moment.date()), time=self.clock(moment.time()))

    def money(self, amount: Decimal) -> str:
        """`22 €`, `12,50 €`: cents only where there are any."""
        pattern = self._locale.currency_formats["standard"].pattern
        whole = amount == amount.to_integral_value()
        written = format_currency(
            amount, self._config.currency, pattern.replace(".00", "") if whole else pattern,
            locale=self._locale, currency_digits=not whole,
        )  # fmt: skip
        # CLDR's unbreakable spaces look alike and match no search a person types.
        return written.replace("\u00a0", " ").replace("\u202f", " ")

    def service(self, service_id: str) -> str:
        """What the customer calls a service; its id when it is offered no more."""
        found = self._config.service(service_id)
        return self.named(found) if found else service_id

    def named(self, service: Service) -> str:
        return service.name.in_(self.language)

    def either(self, things: Iterable[str]) -> str:
        """`taglio donna o taglio uomo`"""
        return format_list(list(things), style="or", locale=self._locale)

    def both(self, things: Iterable[str]) -> str:
        """`9:00–12:30 e 14:30–19:00`"""
        return format_list(list(things), style="standard", locale=self._locale)


@lru_cache(maxsize=256)
def _locale(language: Language, country: str) -> Locale:
    try:
        return Locale(language, country)
    except UnknownLocaleError:
        # Plain "en" means the United States to CLDR; elsewhere British usage is the less surprising one.
        return Locale("en", "GB") if language == "en" else Locale(language)


def sentence(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def inline(name: str) -> str:
    """A name in the middle of a sentence: "taglio uomo", but "SPA day" as written."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
