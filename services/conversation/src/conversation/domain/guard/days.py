"""The days that a text names, as the next dates they fall on."""

import re
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from contracts.tenants import Language
from conversation.domain.guard.figures import figures_in
from conversation.domain.guard.wording import wording_of
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.patterns import any_of


def days_in(text: str, language: Language, today: date) -> tuple[date, ...]:
    """Of a plain text: weekdays and spans of them, dates, "tomorrow", holidays."""
    if wording_of(language).every_day.search(text):
        return tuple(_next(weekday, today) for weekday in range(7))
    weekdays = [_next(weekday, today) for weekday in weekdays_in(text, language)]
    dates = [value[1] for one in figures_in(text) if one.kind == "date" for value in one.values]
    named = [found for one in dates if (found := _coming(one, today))]
    return (*weekdays, *named, *_by_name(text, language, today))


def weekdays_in(text: str, language: Language) -> list[int]:
    """The weekdays that are named, also those between two; Monday is 0."""
    wording, names = wording_of(language), lexicon_of(language).weekdays
    found = list(_weekday_names(language).finditer(text))
    days = [names[match[1]] for match in found]
    for one, other in pairwise(found):
        if wording.span.fullmatch(text[one.end() : other.start()].strip()):
            first, last = names[one[1]], names[other[1]]
            days += [(first + n) % 7 for n in range((last - first) % 7)]
    return [*days, 5, 6] if wording.weekend.search(text) else days


def _by_name(text: str, language: Language, today: date) -> list[date]:
    lexicon = lexicon_of(language)
    found = []
    for match in _named_days(language).finditer(text):
        if match[0] in lexicon.relative_days:
            found.append(today + timedelta(days=lexicon.relative_days[match[0]]))
        elif day := _coming(lexicon.holidays[match[0]], today):
            found.append(day)
    return found


@lru_cache(maxsize=8)
def _weekday_names(language: Language) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({any_of(lexicon_of(language).weekdays)})s?(?!\w)")


@lru_cache(maxsize=8)
def _named_days(language: Language) -> re.Pattern[str]:
    lexicon = lexicon_of(language)
    return re.compile(rf"(?<!\w)(?:{any_of((*lexicon.relative_days, *lexicon.holidays))})(?!\w)")


def _next(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _coming(month_day: object, today: date) -> date | None:
    """The next such day; None for one that no calendar has."""
    match month_day:
        case (int(month), int(day)):
            years = (today.year, today.year + 1)
            return next(
                (found for year in years if (found := _date(year, month, day)) and found >= today), None
            )
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
