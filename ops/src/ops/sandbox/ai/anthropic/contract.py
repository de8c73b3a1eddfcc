"""What a request may hold (Anthropic's published contract); what no text needs is taken unread."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Nothing is guessed, and nothing unknown is taken."""

    model_config = ConfigDict(strict=True, extra="forbid")


def _written(text: str) -> str:
    if not text:
        raise ValueError("text content blocks must be non-empty")
    return text


class TextBlock(Strict):
    type: Literal["text"]
    text: Annotated[str, AfterValidator(_written)]
    cache_control: Any = None
    citations: Any = None


class Base64Source(Strict):
    type: Literal["base64"]
    media_type: Literal["image/jpeg", "image/png", "image/gif", "image/webp"]
    data: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/\s]+={0,2}$")]


class UrlSource(Strict):
    type: Literal["url"]
    url: Annotated[str, Field(pattern=r"^https?://")]


class ImageBlock(Strict):
    type: Literal["image"]
    source: Annotated[Base64Source | UrlSource, Field(discriminator="type")]
    cache_control: Any = None


class ToolUseBlock(Strict):
    type: Literal["tool_use"]
    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$")]
    name: str
    input: dict[str, Any]
    cache_control: Any = None
    caller: Any = None


class ToolResultBlock(Strict):
    type: Literal["tool_result"]
    tool_use_id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$")]
    content: str | list[Annotated[TextBlock | ImageBlock, Field(discriminator="type")]] = ""
    is_error: bool | None = None
    cache_control: Any = None


class OtherBlock(BaseModel):
    """Documents, and what the model thought."""

    type: Literal["document", "thinking", "redacted_thinking", "search_result"]


Block = Annotated[
    TextBlock | ImageBlock | ToolUseBlock | ToolResultBlock | OtherBlock, Field(discriminator="type")
]


class Message(Strict):
    role: Literal["user", "assistant"]
    content: str | list[Block]


class ToolOffered(Strict):
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,128}$")]
    input_schema: dict[str, Any]
    description: str = ""
    type: Literal["custom"] | None = None
    cache_control: Any = None
    strict: bool | None = None


class AnyChoice(Strict):
    type: Literal["auto", "any", "none"]
    disable_parallel_tool_use: bool | None = None


class ToolChoice(Strict):
    type: Literal["tool"]
    name: str
    disable_parallel_tool_use: bool | None = None


class JsonFormat(Strict):
    type: Literal["json_schema"]
    schema_: Annotated[dict[str, Any], Field(alias="schema")]


class OutputConfig(Strict):
    format: JsonFormat | None = None
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None


class Metadata(Strict):
    user_id: Annotated[str | None, Field(max_length=256)] = None


class MessagesRequest(Strict):
    """A question."""

    model: Annotated[str, Field(min_length=1)]
    max_tokens: Annotated[int, Field(ge=1)]
    messages: list[Message]
    system: str | list[TextBlock] = ""
    temperature: Annotated[float | None, Field(ge=0, le=1)] = None
    top_p: Annotated[float | None, Field(ge=0, le=1)] = None
    top_k: Annotated[int | None, Field(ge=0)] = None
    stop_sequences: list[str] | None = None
    stream: bool | None = None
    tools: list[ToolOffered] | None = None
    tool_choice: Annotated[AnyChoice | ToolChoice, Field(discriminator="type")] | None = None
    output_config: OutputConfig | None = None
    metadata: Metadata | None = None
    service_tier: Literal["auto", "standard_only"] | None = None
    cache_control: Any = None
    container: Any = None
    inference_geo: Any = None
    thinking: Any = None
