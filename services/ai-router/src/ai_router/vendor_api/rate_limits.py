"""When one who asked too often may ask again, from the many ways in which vendors say so."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_UNITS: Final = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+")
_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
_LONGEST: Final = timedelta(days=32)  # a month's quota; beyond that it is no hint but a mistake

Limit = tuple[str, str]
"""The names of two headers: what remains of a limit, and when it is whole again."""


def reset(headers: Mapping[str, str], limits: Iterable[Limit], now: datetime) -> datetime | None:
    """As `Retry-After` says; or else when the last of the exhausted limits is whole again."""
    if wait := headers.get("retry-after-ms"):
        return moment(f"{wait}ms", now)
    if wait := headers.get("retry-after"):
        return moment(wait, now)
    exhausted = [reset for remaining, reset in limits if headers.get(remaining, "").strip() in ("0", "0.0")]
    resets = [moment(headers.get(name, ""), now) for name in exhausted]
    return max((one for one in resets if one), default=None)


def moment(text: str, now: datetime) -> datetime | None:
    """A future moment: seconds, a duration ("1m30s"), a Unix time (s or ms), RFC 3339 or an HTTP date."""
    try:
        told = _moment(text.strip(), now)
    except (ValueError, OverflowError):
        return None
    return told if told and now < told < now + _LONGEST else None


def _moment(text: str, now: datetime) -> datetime:
    if _NUMBER.fullmatch(text):
        return _of_number(float(text), now)
    if _DURATION.fullmatch(text):
        seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
        return now + timedelta(seconds=seconds)
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        told = parsedate_to_datetime(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _of_number(number: float, now: datetime) -> datetime:
    if number < 1e9:
        return now + timedelta(seconds=number)
    return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
