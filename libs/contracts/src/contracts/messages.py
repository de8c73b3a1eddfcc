"""What customers and the business say to each other, in one form for all channels."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.decisions import SendChecks
from contracts.model import Data, Personal
from contracts.tenants import Language


class Channel(StrEnum):
    """A way to reach a customer."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    WEBCHAT = "webchat"


Kind = Literal[
    "text", "choice", "image", "audio", "video", "document", "sticker", "location", "contacts",
    "reaction", "other",
]  # fmt: skip
"""What an inbound message is. `choice`: a button or list row was tapped. `other`: we cannot read it."""


class Media(Data):
    """A file that came with a message, by the vendor's reference."""

    vendor_id: str
    mime_type: str | None = None
    filename: str | None = None


class Inbound(Personal):
    """What a customer wrote, and who it was.

    `address` is what the channel needs to answer (phone number, chat id, session). `text` is what
    was typed, or the title of what was tapped; `choice` then is the id of that option.
    """

    address: str
    name: str | None = None
    language_hint: str | None = None
    text: str = ""
    choice: str | None = None
    media: tuple[Media, ...] = ()
    latitude: float | None = None
    longitude: float | None = None


class MessageReceived(Data):
    """A customer wrote. `account` is the number or bot of the business that was written to."""

    channel: Channel
    account: str
    kind: Kind
    vendor_message_id: str
    reply_to: str | None = None
    personal: Inbound


class Unread(Personal):
    """What a vendor sent that has no meaning for us, word for word."""

    payload: dict[str, Any]


class VendorEventReceived(Data):
    """A vendor told us something that we only keep: an unknown kind, an edit, a system notice."""

    channel: Channel
    kind: str
    personal: Unread


Receipt = Literal["sent", "delivered", "read", "failed"]


class ReceiptReceived(Data):
    """A vendor says what became of a message of ours. `reference` is our id, where the vendor returns it."""

    channel: Channel
    vendor_message_id: str
    reference: UUID | None = None
    status: Receipt
    error_code: str | None = None
    error: str | None = None


class Option(Data):
    """One thing the customer can choose. Titles fit every channel: 20 characters at most."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    title: Annotated[str, Field(min_length=1, max_length=20)]


class Outbound(Personal):
    """What the business says, and to whom. Channels render `options` as buttons, a list or lines."""

    address: str
    text: Annotated[str, Field(min_length=1)]
    options: tuple[Option, ...] = ()


Purpose = Literal["reply", "reminder", "campaign", "consent"]
"""Why we write. `consent` (the answer to STOP and START) goes out to those who opted out as well."""


class MessageSendRequested(Data):
    """A message shall go out. Its id is the id of this event."""

    channel: Channel
    account: str
    purpose: Purpose
    language: Language
    personal: Outbound


class MessageSent(Data):
    """The vendor has accepted a message."""

    message_id: UUID
    channel: Channel
    vendor_message_id: str
    checks: SendChecks | None = None


class MessageDelivered(Data):
    """A message has reached the customer's device."""

    message_id: UUID


class MessageRead(Data):
    """The customer has opened a message."""

    message_id: UUID


class MessageFailed(Data):
    """A message did not and will not arrive. `reason` is the vendor's, in words."""

    message_id: UUID
    code: str | None = None
    reason: str
    checks: SendChecks | None = None


class MessageSuppressed(Data):
    """A message was held back on purpose, for example since the customer opted out."""

    message_id: UUID
    reason: Literal["opted_out"]
    checks: SendChecks | None = None


class MessageUncertain(Data):
    """The vendor may or may not have got a message: the sender died, or the answer never came."""

    message_id: UUID
    reason: str
    checks: SendChecks | None = None
