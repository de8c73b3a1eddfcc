"""One line of the record of what was said."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Event, Instant
from contracts.messages import MessageReceived, MessageSendRequested, Option


class Line(BaseModel):
    """A message as it is shown. `purpose` tells why we wrote; inbound ones have none."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    direction: Literal["in", "out"]
    kind: str
    text: str
    options: tuple[Option, ...] = ()
    time: Instant
    purpose: str | None = None


def line_of(event: Event[Any]) -> Line:
    """The line that a message's event is shown as."""
    match event.data:
        case MessageReceived() as heard:
            return Line(
                id=event.id, direction="in", kind=heard.kind, text=heard.personal.text, time=event.time
            )
        case MessageSendRequested() as said:
            return Line(
                id=event.id, direction="out", kind="text", text=said.personal.text,
                options=said.personal.options, time=event.time, purpose=said.purpose,
            )  # fmt: skip
    raise TypeError(f"{event.type} is no message")
