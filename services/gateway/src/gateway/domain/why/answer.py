"""What is told to whoever asks why a message was sent or not."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Outcome = Literal["ok", "stopped", "waits", "unclear", "not applicable"]
"""What a check did to the message. `unclear`: nobody knows."""


class Check(BaseModel):
    """One thing that was looked at, in words, with the event that proves it. Times are UTC."""

    model_config = ConfigDict(frozen=True)

    name: str
    outcome: Outcome
    words: str
    event_id: str = ""
    time: datetime | None = None


class Why(BaseModel):
    """A verdict in a sentence, and the checks it rests on, in the order in which they count.

    The words name moments in `zone`, the time zone of the business.
    """

    model_config = ConfigDict(frozen=True)

    message_id: str
    conversation: str
    tenant: str
    direction: Literal["outbound", "inbound"]
    zone: str
    verdict: str
    checks: tuple[Check, ...]
