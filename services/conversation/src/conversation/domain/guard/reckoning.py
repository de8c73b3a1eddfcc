"""Figures that a text holds, and those that anybody may reckon from a business's hours and today's date."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from contracts.tenants import TenantConfig
from conversation.domain.guard.figure import Value
from conversation.domain.guard.figures import figures_in

NEAR_DAYS: Final = 8  # whose dates anybody may reckon from today
_YEARS: Final = re.compile(r"\b(?:years?|ann[oi]|ans?)\b")
_DIGITS: Final = re.compile(r"\d+")


@lru_cache(maxsize=4096)
def values_in(text: str) -> frozenset[Value]:
    """All that the figures of a plain text may mean."""
    found: set[Value] = set()
    for one in figures_in(text):
        found.update(value for value in one.values if one.kind != "number" or value[0] == "number")
        found.update(("number", digits) for digits in _DIGITS.findall(one.text))
    return frozenset(found)


@lru_cache(maxsize=4096)
def moments_in(text: str) -> frozenset[Value]:
    """Times, dates and ages; a bare number may be a time."""
    return frozenset(
        value
        for one in figures_in(text)
        if one.kind in ("time", "date", "number") or _YEARS.search(one.text)
        for value in one.values
        if value[0] != "number"
    )


def reckoned(config: TenantConfig, now: datetime) -> set[Value]:
    """The days around `now` (local) and those closed, when doors open and close, how many of us there are."""
    days = [*config.closed_days, *((now + timedelta(days=n)).date() for n in range(-1, NEAR_DAYS))]
    bounds = {end for spans in config.hours.values() for one in spans for end in (one.start, one.end)}
    values: set[Value] = {("date", (day.month, day.day)) for day in days}
    values |= {("number", str(day.day)) for day in config.closed_days} | {("number", str(now.year))}
    values |= {("time", end.hour * 60 + end.minute) for end in (*bounds, now.time())}
    counts = (len(config.services), len(config.staff), sum(map(bool, config.hours.values())))
    values |= {("duration", config.booking.notice_minutes)}
    return values | {("number", str(count)) for count in counts}
