"""Words, how to take them, and how moments are written in them."""

from datetime import datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from gateway.domain.timeline.hop import Tone


class Told(NamedTuple):
    """One event in words. `steps`: what was tried until it came to that, where there is more to tell."""

    text: str
    tone: Tone = "plain"
    steps: tuple["Told", ...] = ()


def moment(instant: datetime, zone: tzinfo) -> str:
    """As people write it; seconds only where they matter. Sat 21 Nov 15:00."""
    return f"{instant.astimezone(zone):%a %-d %b %H:%M}"


def quoted(text: str) -> str:
    """What somebody said, on one line."""
    return f"“{' '.join(text.split())}”"


def listed(words: list[str]) -> str:
    """Without those that are empty."""
    return ", ".join(word for word in words if word)


def plain(name: str) -> str:
    """A word of the contracts as people write it: rate_limited, rate limited."""
    return name.replace("_", " ")


def dollars(amount: Decimal | None) -> str:
    """US dollars to the cent, smaller amounts to the second digit that counts; empty where unknown."""
    if amount is None:
        return ""
    digits = max(2, 1 - amount.adjusted()) if amount else 2
    whole, _, parts = f"{amount:,.{digits}f}".partition(".")
    return f"${whole}.{parts.rstrip('0').ljust(2, '0')}"


def count(number: int, what: str) -> str:
    """One message, 2 messages."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
