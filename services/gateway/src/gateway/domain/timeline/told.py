"""Words, how to take them, and how moments are written in them."""

from datetime import datetime, tzinfo
from typing import NamedTuple

from gateway.domain.timeline.hop import Tone


class Told(NamedTuple):
    """One event in words."""

    text: str
    tone: Tone = "plain"


def moment(instant: datetime, zone: tzinfo) -> str:
    """As people write it; seconds only where they matter. Sat 21 Nov 15:00."""
    return f"{instant.astimezone(zone):%a %-d %b %H:%M}"


def quoted(text: str) -> str:
    """What somebody said, on one line."""
    return f"“{' '.join(text.split())}”"


def listed(words: list[str]) -> str:
    """Without those that are empty."""
    return ", ".join(word for word in words if word)


def count(number: int, what: str) -> str:
    """One message, 2 messages."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
