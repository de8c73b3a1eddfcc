"""Moments as people write them on a command line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_AGO: Final = re.compile(r"(\d+)\s*([smhdw])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
"""Before anything was recorded."""


def moment(text: str, now: datetime) -> datetime:
    """`2h` or `30m` ago, `yesterday`, `today`, `now`, `beginning`, or an ISO date and time; in UTC.

    What names no time zone, days included, is meant in that of `now`. Raises ValueError.
    """
    word = text.strip().lower()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    named = {"now": now, "today": midnight, "yesterday": midnight - timedelta(days=1), "beginning": BEGINNING}
    if found := _AGO.fullmatch(word):
        return (now - timedelta(seconds=int(found[1]) * _SECONDS[found[2]])).astimezone(UTC)
    if word in named:
        return named[word].astimezone(UTC)
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        hint = "2h, 30m, yesterday, beginning, or 2026-11-20T10:00"
        raise ValueError(f"{text!r} is no moment: write {hint}") from None
    return (told if told.tzinfo else told.replace(tzinfo=now.tzinfo)).astimezone(UTC)
