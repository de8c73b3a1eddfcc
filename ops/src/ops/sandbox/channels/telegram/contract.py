"""What Telegram takes, with its limits (Bot API 10.1). Members it does not know it ignores."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator


def _callback_data(text: str) -> str:
    if not 1 <= len(text.encode()) <= 64:
        raise ValueError("BUTTON_DATA_INVALID")
    return text


class Button(BaseModel):
    """A button under a message: what it sends back, or where it leads."""

    text: Annotated[str, Field(min_length=1)]
    callback_data: Annotated[str, AfterValidator(_callback_data)] | None = None
    url: str | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if (self.callback_data is None) == (self.url is None):
            raise ValueError(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        return self


class Markup(BaseModel):
    """An inline keyboard."""

    inline_keyboard: tuple[tuple[Button, ...], ...]


class SendMessage(BaseModel):
    """sendMessage."""

    chat_id: int | str
    text: str = ""
    parse_mode: Literal["MarkdownV2", "HTML", "Markdown"] | None = None
    reply_markup: Markup | None = None

    @model_validator(mode="after")
    def _text_fits(self) -> Self:
        if not self.text.strip():
            raise ValueError("message text is empty")
        if len(self.text) > 4096:
            raise ValueError("message is too long")
        return self


class SetWebhook(BaseModel):
    """setWebhook."""

    url: str
    secret_token: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_-]{1,256}$")] = None


class AnswerCallbackQuery(BaseModel):
    """answerCallbackQuery."""

    callback_query_id: str
    text: Annotated[str, Field(max_length=200)] = ""


class SendChatAction(BaseModel):
    """sendChatAction."""

    chat_id: int | str
    action: str
