"""How long customers waited after each fault. Pure: all times are seconds of one clock."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ops.chaos.ledger import Message

SPAN: Final = 2.0
"""Seconds without a slow answer that count as normal again."""

LEAST_NORMAL: Final = 1.0
"""Seconds; what is quicker is normal on any machine."""


@dataclass(frozen=True)
class Window:
    """The time of one scene: the fault begins, is over, and the next scene begins."""

    begun: float
    over: float
    end: float


@dataclass(frozen=True)
class Effect:
    """`stall` is the longest wait of a customer who wrote in the window, infinite without an answer.
    `recovery` is from the end of the fault until everybody is answered in normal time again."""

    stall: float
    recovery: float


def wait_of(message: Message) -> float:
    """Seconds from writing to the answer; infinite when none came."""
    return math.inf if message.answered is None else message.answered - message.written


def effect(messages: Sequence[Message], window: Window, normal: float) -> Effect:
    """What a fault did to those who wrote in its window."""
    written = [one for one in messages if _meets(one, window)]
    return Effect(
        stall=max(map(wait_of, written), default=0.0),
        recovery=max(0.0, _calm_from(written, window, normal) - window.over),
    )


def _meets(message: Message, window: Window) -> bool:
    """Written in the window; or just before it and then caught unanswered by its fault."""
    if _caught(message, window.end):
        return False
    return window.begun <= message.written < window.end or _caught(message, window.begun)


def _caught(message: Message, moment: float) -> bool:
    unanswered = message.answered is None or message.answered > moment
    return moment - SPAN <= message.written < moment and unanswered


def _calm_from(messages: Sequence[Message], window: Window, normal: float) -> float:
    """When the last slow answer came before a span of normal ones; the fault's begin where none was slow."""
    slow = sorted((one for one in messages if wait_of(one) > normal), key=lambda one: one.written)
    calm = window.begun
    for message in slow:
        if message.written >= max(calm, window.over) + SPAN:
            break
        calm = max(calm, message.written + wait_of(message))
    return calm


def normal_time(calm: Sequence[Message]) -> float:
    """In how many seconds an answer usually comes at most, judged by those before the first fault."""
    return max(LEAST_NORMAL, 3 * percentile([wait_of(one) for one in calm], 90))


def percentile(values: Sequence[float], percent: int) -> float:
    """By nearest rank, so that it is one of the values; 0 of none."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)] if ranked else 0.0
