"""What a timeline shows. All times are UTC, all durations seconds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Tone = Literal["plain", "good", "bad", "waiting"]
"""How to take an event: as a matter of course, as success, as a refusal or failure, as not over yet."""


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Step(_Shown):
    """One thing that was tried, as a way to an AI's answer."""

    words: str
    tone: Tone


class Hop(_Shown):
    """One event: who said it, in words, what was tried until it came to that, and what it caused.

    `wait` lies between its cause being recorded (for a webhook: the vendor's time) and being taken up, `work`
    between that and the moment it was recorded itself. `decided` is the turn.decided about it. `pending` says
    what is still missing. `orphan`: what caused it is not in the record, or not in the part looked at.
    `copies`: how often it was recorded; its effect is once. `data` is as recorded; of an event that cannot
    be read, all of it.
    """

    id: str
    type: str
    source: str
    conversation: str
    time: datetime | None
    recorded: datetime | None
    wait: float | None
    work: float | None
    words: str
    tone: Tone
    steps: tuple[Step, ...] = ()
    pending: str = ""
    orphan: bool = False
    copies: int = 1
    data: Any = None
    decided: Hop | None = None
    caused: tuple[Hop, ...] = ()


class Turn(_Shown):
    """All that one event led to: a message to its answer and receipts, a reminder, an order of an operator.

    `follows`: an earlier event because of which it came about (a booking, of its reminder). `seconds`: from
    the webhook to the last acceptance by a vendor; None where nothing was sent. `cost`: what its questions to
    AIs cost, in US dollars; None where none was asked, or no price is known.
    """

    tenant: str
    zone: str
    began: datetime | None
    headline: str
    seconds: float | None
    cost: Decimal | None = None
    follows: str = ""
    opening: Hop


class Timeline(_Shown):
    """Turns in the order in which they began, and what hangs in the air."""

    turns: tuple[Turn, ...]
    orphans: tuple[Turn, ...]


class Told(Timeline):
    """A timeline, and what may be missing in it: see /api/v1/record."""

    indexed_until: datetime | None
    behind: int
    more: bool
