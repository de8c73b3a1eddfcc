"""What Meta takes at POST /{phone_number_id}/messages, with its limits (Graph API v23.0)."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

ROWS = 10
"""Rows of a list, over all its sections."""


class Strict(BaseModel):
    """Meta refuses members it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _text(most: int) -> object:
    return Field(min_length=1, max_length=most)


class Text(Strict):
    body: Annotated[str, _text(4096)]
    preview_url: bool = False


class Line(Strict):
    """Header or footer of an interactive message."""

    type: Literal["text"] | None = None
    text: Annotated[str, _text(60)]


class Body(Strict):
    text: Annotated[str, _text(1024)]


class Reply(Strict):
    id: Annotated[str, _text(256)]
    title: Annotated[str, _text(20)]


class Button(Strict):
    type: Literal["reply"]
    reply: Reply


class Buttons(Strict):
    buttons: Annotated[tuple[Button, ...], Field(min_length=1, max_length=3)]

    @model_validator(mode="after")
    def _unlike(self) -> Self:
        if len({one.reply.title for one in self.buttons}) < len(self.buttons):
            raise ValueError("button titles must be unique")
        if len({one.reply.id for one in self.buttons}) < len(self.buttons):
            raise ValueError("button ids must be unique")
        return self


class Row(Strict):
    id: Annotated[str, _text(200)]
    title: Annotated[str, _text(24)]
    description: Annotated[str | None, Field(max_length=72)] = None


class Section(Strict):
    title: Annotated[str | None, Field(max_length=24)] = None
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=ROWS)]


class Sections(Strict):
    button: Annotated[str, _text(20)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _few(self) -> Self:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > ROWS:
            raise ValueError(f"total row count exceeds {ROWS}")
        if len({row.id for row in rows}) < len(rows):
            raise ValueError("row ids must be unique")
        if len(self.sections) > 1 and not all(section.title for section in self.sections):
            raise ValueError("a title is required when there are several sections")
        return self


class Interactive(Strict):
    header: Line | None = None
    body: Body
    footer: Line | None = None


class ButtonsMessage(Interactive):
    type: Literal["button"]
    action: Buttons


class ListMessage(Interactive):
    type: Literal["list"]
    action: Sections


class Quoted(Strict):
    message_id: str


class Outgoing(Strict):
    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: Annotated[str, Field(pattern=r"^\+?[0-9]{5,20}$")]
    context: Quoted | None = None
    biz_opaque_callback_data: Annotated[str | None, Field(max_length=512)] = None


class TextMessage(Outgoing):
    type: Literal["text"] = "text"
    text: Text


class InteractiveMessage(Outgoing):
    type: Literal["interactive"]
    interactive: Annotated[ButtonsMessage | ListMessage, Field(discriminator="type")]


class TypingIndicator(Strict):
    type: Literal["text"]


class ReadReceipt(Strict):
    """The business has read a message, and may show that it is typing."""

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: str
    typing_indicator: TypingIndicator | None = None


Message = Annotated[TextMessage | InteractiveMessage, Field(discriminator="type")]
MESSAGE: TypeAdapter[TextMessage | InteractiveMessage] = TypeAdapter(Message)
