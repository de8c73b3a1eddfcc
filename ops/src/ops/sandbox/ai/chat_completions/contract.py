"""What a request may hold (OpenAI's published contract); what no text needs is taken unread."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Nothing is guessed, and nothing unknown is taken."""

    model_config = ConfigDict(strict=True, extra="forbid")


def _image_url(url: str) -> str:
    if not re.match(r"https?://|data:image/(jpeg|jpg|png|gif|webp);base64,[A-Za-z0-9+/=]+$", url):
        raise ValueError("Expected a valid URL, but got a value with an invalid format.")
    return url


class TextPart(Strict):
    type: Literal["text"]
    text: str
    prompt_cache_breakpoint: Any = None


class ImageUrl(Strict):
    url: Annotated[str, AfterValidator(_image_url)]
    detail: Literal["auto", "low", "high"] = "auto"


class ImagePart(Strict):
    type: Literal["image_url"]
    image_url: ImageUrl
    prompt_cache_breakpoint: Any = None


class OtherPart(BaseModel):
    """Sound and files, and an assistant's refusals."""

    type: Literal["input_audio", "file", "refusal"]


Texts = str | Annotated[list[TextPart], Field(min_length=1)]
Part = Annotated[TextPart | ImagePart | OtherPart, Field(discriminator="type")]


class Function(Strict):
    """A call of a tool; `arguments` is JSON in a string."""

    name: str
    arguments: str


class Called(Strict):
    id: str
    type: Literal["function"]
    function: Function


class SystemMessage(Strict):
    role: Literal["system", "developer"]
    content: Texts
    name: str | None = None


class UserMessage(Strict):
    role: Literal["user"]
    content: str | Annotated[list[Part], Field(min_length=1)]
    name: str | None = None


class AssistantMessage(Strict):
    role: Literal["assistant"]
    content: str | list[Part] | None = None
    tool_calls: Annotated[list[Called] | None, Field(min_length=1)] = None
    refusal: str | None = None
    name: str | None = None
    audio: Any = None
    function_call: Any = None


class ToolMessage(Strict):
    role: Literal["tool"]
    content: Texts
    tool_call_id: str


class FunctionMessage(Strict):
    role: Literal["function"]
    content: str | None
    name: str


Message = Annotated[
    SystemMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage,
    Field(discriminator="role"),
]

Name = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]


class FunctionObject(Strict):
    name: Name
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    strict: bool | None = None


class FunctionTool(Strict):
    type: Literal["function"]
    function: FunctionObject


class JsonSchema(Strict):
    name: Name
    schema_: Annotated[dict[str, Any], Field(alias="schema")] = Field(default_factory=dict)
    description: str = ""
    strict: bool | None = None


class AnyText(Strict):
    type: Literal["text", "json_object"]


class SchemaText(Strict):
    type: Literal["json_schema"]
    json_schema: JsonSchema


class NamedFunction(Strict):
    name: str


class NamedChoice(Strict):
    type: Literal["function"]
    function: NamedFunction


class StreamOptions(Strict):
    include_usage: bool = False
    include_obfuscation: bool | None = None


Positive = Annotated[int, Field(ge=1)]


class ChatRequest(Strict):
    """A question."""

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    max_tokens: Positive | None = None
    max_completion_tokens: Positive | None = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(ge=0, le=1)] = None
    frequency_penalty: Annotated[float | None, Field(ge=-2, le=2)] = None
    presence_penalty: Annotated[float | None, Field(ge=-2, le=2)] = None
    n: Annotated[int | None, Field(ge=1, le=128)] = None
    seed: int | None = None
    stop: str | Annotated[list[str], Field(max_length=4)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    response_format: Annotated[AnyText | SchemaText, Field(discriminator="type")] | None = None
    tools: Annotated[list[FunctionTool] | None, Field(min_length=1, max_length=128)] = None
    tool_choice: Literal["none", "auto", "required"] | NamedChoice | None = None
    parallel_tool_calls: bool | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int | None, Field(ge=0, le=20)] = None
    logit_bias: dict[str, float] | None = None
    user: str | None = None
    store: bool | None = None
    metadata: dict[str, str] | None = None
    service_tier: str | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    safety_identifier: Annotated[str | None, Field(max_length=64)] = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    prompt_cache_options: Any = None
    modalities: Any = None
    audio: Any = None
    prediction: Any = None
    web_search_options: Any = None
    moderation: Any = None
    functions: Any = None
    function_call: Any = None


class OpenRouterRequest(ChatRequest):
    """OpenRouter passes over what it does not know; it has more members than anybody reads here."""

    model_config = ConfigDict(strict=True, extra="ignore")
