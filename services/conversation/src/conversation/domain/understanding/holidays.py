"""Feast days by name: those of a fixed date, and those counted from Easter."""

from datetime import date, timedelta

from conversation.domain.understanding.calendar import day_of_year


def coming_fixed(today: date, month: int, day: int) -> date | None:
    """The next such day; today counts."""
    return day_of_year(today, day, month, None)


def coming_after_easter(today: date, days: int) -> date:
    """The next day that lies so many days after Easter Sunday; today counts."""
    this_year = easter(today.year) + timedelta(days=days)
    return this_year if this_year >= today else easter(today.year + 1) + timedelta(days=days)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus: Meeus, Jones, Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    drift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - drift + 15) % 30
    leaps, odd = divmod(of_century, 4)
    to_sunday = (32 + 2 * rest + 2 * leaps - epact - odd) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
