"""What operators and staff ask of the running system, and what came of it."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from contracts.envelope import Instant
from contracts.model import Data, Personal

Capability = Literal["replies", "reminders", "campaigns", "sending"]
"""What can be paused for one business. `replies`: automatic answers to customers. `sending`: all that goes
out, also what people write. Whatever belongs to a paused capability waits, in order."""

FailureKind = Literal["dead-letter", "parked", "uncertain"]
"""`dead-letter`: one message nobody could handle. `parked`: a conversation that waits behind an event that
keeps failing. `uncertain`: an outgoing message the vendor may or may not have got."""


class Operator(Personal):
    """Who asked."""

    by: str


class Selection(Data):
    """Which failures are meant: those named, or all that fit. What is not given fits everything."""

    ids: tuple[UUID, ...] = ()
    kind: FailureKind | None = None
    queue: str | None = None
    event_type: str | None = None
    exception: str | None = None
    tenant: str | None = None


class Retrying(Operator):
    """Who asked, and for a single failure the event as it shall be instead, whole."""

    edited: dict[str, Any] | None = None


class FailureJobRequested(Data):
    """Failures of one service shall be tried again or given up, in order and at most `per_second` a second.

    `reason` says why they are discarded, and is kept.
    """

    service: str
    action: Literal["retry", "discard"]
    selection: Selection
    per_second: Annotated[float, Field(gt=0, le=1000)] = 50.0
    reason: Annotated[str, Field(max_length=500)] = ""
    personal: Retrying

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.action == "discard" and not self.reason.strip():
            raise ValueError("say why these failures are discarded")
        return self


class Edited(Operator):
    """Who asked, and what the event was before it was edited."""

    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class FailureRetried(Data):
    """A failure was handed to its consumer again; whether it works now shows there."""

    service: str
    failure_id: UUID
    kind: FailureKind
    queue: str
    event_type: str
    job: UUID
    personal: Edited


class FailureDiscarded(Data):
    """A failure was given up on purpose."""

    service: str
    failure_id: UUID
    kind: FailureKind
    queue: str
    event_type: str
    job: UUID
    reason: str
    personal: Operator


class ConversationReleaseRequested(Data):
    """What waits in one conversation of one service shall be handled now, in order, ahead of what comes.

    `capability`: only what waits since that was paused. `most` limits how many, for going on step by step
    while it stays paused; the rest goes on waiting. `discard`: it is not handled but given up, with a record.
    `without`: these events alone are given up, which whoever asks has put on record.
    """

    service: str
    capability: Capability | None = None
    most: Annotated[int, Field(gt=0)] | None = None
    discard: bool = False
    without: tuple[UUID, ...] = ()


class ConversationReleased(Data):
    """What had waited in a conversation was handled; `left` still waits: it fails again, or was not asked."""

    service: str
    handled: int
    left: int


class CapabilityPaused(Data):
    """A business shall not do one thing for now; what belongs to it waits, in order."""

    capability: Capability
    reason: str = ""
    personal: Operator


class CapabilityResumed(Data):
    """A business does that thing again: what has waited is handled in order, or `discard`ed with a record."""

    capability: Capability
    discard: bool = False
    personal: Operator


class CapabilityStepped(Data):
    """A paused business does that thing for the oldest waiting message of each conversation, and waits."""

    capability: Capability
    personal: Operator


class WaitingDiscarded(Data):
    """Events that waited in a conversation were given up on purpose; they stay in the record."""

    service: str
    event_ids: tuple[UUID, ...]


class PartitionsChangeRequested(Data):
    """A keyed inbox shall have so many partitions."""

    service: str
    count: Annotated[int, Field(ge=1, le=256)]
    personal: Operator


class PartitionsChanged(Data):
    """A keyed inbox has so many partitions now; all events before went through the old ones, in order."""

    service: str
    generation: int
    count: int


class RecordRedriven(Data):
    """Recorded events of one type are handed to one service again.

    Those that were recorded from `since` up to `until`, of one business where `tenant` is set. `again` is the
    reason why even those that it has handled are handled anew, under new ids; without it they are
    recognised and change nothing.
    """

    service: str
    event_type: str
    since: Instant
    until: Instant
    tenant: str | None = None
    count: Annotated[int, Field(ge=0)]
    again: str | None = None
    personal: Operator
