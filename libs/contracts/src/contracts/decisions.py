"""Why something was said or not: what the conversation made of an event, and what the notifier looked at."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.model import Data


class Understood(Data):
    """What was read in one message: intents, weightiest first, how sure that is, and what was named.

    `named` holds ids and local times ("service": "taglio", "when": "2026-11-21 15:00"), never a name of a
    person or an address.
    """

    intents: tuple[str, ...]
    confidence: Annotated[float, Field(ge=0, le=1)]
    named: dict[str, str] = Field(default_factory=dict)
    by: Literal["rules"] = "rules"


Answered = Literal["said", "requested", "kept", "nothing"]
"""What followed: a message, a request to another service (perhaps a message as well), the message was kept
until the scheduler has answered, or nothing."""


class TurnDecided(Data):
    """What the conversation made of the event that caused this one.

    The other events with the same cause are what it said and requested. Published after them, in the order in
    which the conversation handled its events. `understood` has one entry for each message that was
    answered, in order: those kept before come with the answer they waited for. `reason` says in a word why
    nothing was said. `first`: nothing was remembered of this conversation before. `refused`: what an
    AI's answer named that the facts do not hold, in a word ("price", "time", "service", "promise" …).
    """

    handled: str
    tenant_version: int
    first: bool = False
    understood: tuple[Understood, ...] = ()
    answered: Answered
    reason: Literal["", "opted_out", "reaction", "no_contact", "courtesy", "no_reply_needed"] = ""
    refused: str | None = None


class SendChecks(Data):
    """What was looked at when a message was about to go out.

    `tries` counts the attempts, this one included; 0: none was made. `slowed_down`: the vendor had told to
    go slower before.
    """

    opted_out: bool
    tries: int = 0
    slowed_down: bool = False
