"""The envelope of every event: CloudEvents 1.0 attributes with Bellhop's extensions, as one JSON body."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, Self, TypeVar
from uuid import UUID, uuid5

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from contracts.model import Data

D = TypeVar("D", bound=Data)

NAMESPACE = UUID("8d1f5f0e-6c0a-5f6e-9d0b-0b6f7a3f2c51")
"""The root of all ids that Bellhop derives, so that the same cause always gives the same id."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside of the calendar in UTC") from None


def _absent(value: object) -> bool:
    return value is None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment, held in UTC whatever zone it was written in."""


class Event(BaseModel, Generic[D]):
    """One fact, as it travels over the broker and lies in the record.

    `tenantid` says whose it is, `partitionkey` the conversation it belongs to (order holds inside
    one), `correlationid` the turn or job, `causationid` the event that caused it. `time` is when it
    happened: for an inbound message the vendor's clock, for all else the moment it was decided. By the
    publisher's clock, `takentime` is when it began to handle the cause (the webhook, the other event), and
    `recordedtime` when it published this: what lies between is its work, what lies before is waiting.
    `redrivenfrom` marks a copy that was handed out of the record once more, and all that is said because of
    one: nothing of it is older than this moment. Whoever may have handled the event and forgotten it does
    not handle such a copy. `againof` is the recorded event that this one says anew, to be handled once more
    on purpose.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"
    id: UUID
    source: str
    type: str
    subject: str | None = None
    time: Instant
    dataschema: str
    tenantid: str
    partitionkey: str
    correlationid: UUID
    causationid: UUID | None = None
    traceparent: str | None = None
    takentime: Instant | None = None
    recordedtime: Instant | None = None
    redrivenfrom: Annotated[Instant | None, Field(exclude_if=_absent)] = None
    againof: Annotated[UUID | None, Field(exclude_if=_absent)] = None
    data: D

    def published(
        self,
        traceparent: str | None,
        *,
        taken: datetime | None,
        now: datetime,
        redriven: datetime | None = None,
    ) -> Self:
        """The same event as it goes out: where in a trace, when its cause was taken up, and the moment."""
        times = {"takentime": taken, "recordedtime": now, "redrivenfrom": redriven or self.redrivenfrom}
        return self.model_copy(update=times | {"traceparent": traceparent or self.traceparent})


def schema_of(event_type: str) -> str:
    """The `dataschema` of an event type."""
    return f"urn:bellhop:schema:{event_type}"


def derived_id(cause: UUID, n: int) -> UUID:
    """The id of the n-th event that `cause` caused: the same on every redelivery."""
    return uuid5(cause, str(n))


def inbound_id(tenant: str, channel: str, vendor_id: str) -> UUID:
    """The id of what a vendor told us: the same however often the vendor repeats it."""
    return uuid5(NAMESPACE, f"{tenant}/{channel}/{vendor_id}")


def conversation_id(tenant: str, channel: str, address: str) -> str:
    """The id of the conversation with one customer on one channel; does not reveal the address."""
    return str(uuid5(NAMESPACE, f"{tenant}/{channel}/conversation/{address}"))


def happened(vendor_time: datetime | None, arrival: datetime) -> datetime:
    """When an inbound message happened: at the vendor's time, but never later than its arrival."""
    return min(vendor_time, arrival) if vendor_time else arrival
