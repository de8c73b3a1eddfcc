"""The one place where the time of day comes in."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the present moment, in UTC. Tests hand in their own."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)
