"""The chat on a business's own web page: translation of what its visitor typed or tapped."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from contracts.envelope import conversation_id, inbound_id
from contracts.messages import Channel, Inbound, MessageReceived
from contracts.tenants import TenantConfig
from gateway.channels.json_body import UnreadableBody, clean_text, read_object
from gateway.channels.translation import LONGEST_TEXT, Translated

Session = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
"""What the page calls its visitor. Whoever knows it can read along: make it long and random."""

MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]


class Typed(BaseModel):
    """What a visitor said. The same `id` twice in one session is the same message."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: Annotated[str, AfterValidator(clean_text), Field(max_length=LONGEST_TEXT)] = ""
    choice: Annotated[str, AfterValidator(clean_text), Field(min_length=1, max_length=64)] | None = None
    name: Annotated[str, AfterValidator(clean_text), Field(max_length=256)] | None = None
    id: MessageId | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Typed":
        if not self.text.strip() and not self.choice:
            raise ValueError("give a text, or the id of an option as choice")
        return self


class Said(Typed):
    """What a visitor said, with where it was said and under which id."""

    session: Session
    id: MessageId


def translate(tenant: TenantConfig, body: bytes, arrival: datetime) -> list[Translated]:
    """The one message in a body that is a `Said`. Raises UnreadableBody."""
    try:
        return [translate_said(tenant, Said.model_validate(read_object(body)), arrival)]
    except ValueError as error:
        raise UnreadableBody("not a chat message") from error


def translate_said(tenant: TenantConfig, said: Said, arrival: datetime) -> Translated:
    """The event of one message of a visitor."""
    data = MessageReceived(
        channel=Channel.WEBCHAT,
        account=tenant.id,
        kind="choice" if said.choice else "text",
        vendor_message_id=f"{said.session}/{said.id}",
        personal=Inbound(address=said.session, name=said.name or None, text=said.text, choice=said.choice),
    )
    return Translated(
        inbound_id(tenant.id, Channel.WEBCHAT, data.vendor_message_id),
        data,
        conversation_id(tenant.id, Channel.WEBCHAT, said.session),
        arrival,
    )
