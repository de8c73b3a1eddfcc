"""What a request may hold (Google's published contract), written in camelCase or snake_case."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class Message(BaseModel):
    """A protocol buffer as JSON: nothing unknown is taken, numbers may stand in strings."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Blob(Message):
    mime_type: str
    data: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/_=-]*$")]


class FunctionCall(Message):
    name: str
    args: dict[str, Any] = Field(default_factory=dict)
    id: str | None = None


class FunctionResponse(Message):
    name: str
    response: dict[str, Any]
    id: str | None = None


class Part(Message):
    """Holds one of these."""

    text: str | None = None
    inline_data: Blob | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    file_data: Any = None
    executable_code: Any = None
    code_execution_result: Any = None
    thought: bool | None = None
    thought_signature: str | None = None
    video_metadata: Any = None
    media_resolution: Any = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        kinds = (
            self.text, self.inline_data, self.function_call, self.function_response, self.file_data,
            self.executable_code, self.code_execution_result,
        )  # fmt: skip
        filled = sum(one is not None for one in kinds)
        if filled > 1:
            raise ValueError("oneof field 'data' is already set")
        if not filled:
            raise ValueError("required oneof field 'data' must have one initialized field")
        return self


class Content(Message):
    parts: list[Part] = Field(default_factory=list)
    role: str | None = None


class Schema(Message):
    """The part of OpenAPI's schemas that Gemini knows; other JSON Schemas go into …JsonSchema."""

    type: Annotated[
        str, Field(pattern=r"(?i)^(type_unspecified|string|number|integer|boolean|array|object|null)$")
    ] = "TYPE_UNSPECIFIED"
    format: str | None = None
    title: str | None = None
    description: str | None = None
    nullable: bool | None = None
    enum: list[str] | None = None
    items: "Schema | None" = None
    min_items: int | None = None
    max_items: int | None = None
    properties: "dict[str, Schema] | None" = None
    required: list[str] | None = None
    property_ordering: list[str] | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    any_of: "list[Schema] | None" = None
    example: Any = None
    default: Any = None


class FunctionDeclaration(Message):
    name: Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$")]
    description: str = ""
    parameters: Schema | None = None
    parameters_json_schema: dict[str, Any] | None = None
    response: Schema | None = None
    response_json_schema: Any = None
    behavior: Any = None


class Tool(Message):
    function_declarations: list[FunctionDeclaration] = Field(default_factory=list)
    google_search: Any = None
    google_search_retrieval: Any = None
    code_execution: Any = None
    url_context: Any = None
    google_maps: Any = None
    file_search: Any = None
    computer_use: Any = None


class FunctionCallingConfig(Message):
    mode: Literal["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"] = "AUTO"
    allowed_function_names: list[str] = Field(default_factory=list)


class ToolConfig(Message):
    function_calling_config: FunctionCallingConfig = FunctionCallingConfig()
    retrieval_config: Any = None


class GenerationConfig(Message):
    candidate_count: Annotated[int | None, Field(ge=1, le=8)] = None
    max_output_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(ge=0, le=1)] = None
    top_k: int | None = None
    seed: int | None = None
    stop_sequences: Annotated[list[str] | None, Field(max_length=5)] = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    response_mime_type: str | None = None
    response_schema: Schema | None = None
    response_json_schema: dict[str, Any] | None = None
    response_modalities: Any = None
    response_logprobs: bool | None = None
    logprobs: int | None = None
    thinking_config: Any = None
    speech_config: Any = None
    image_config: Any = None
    media_resolution: Any = None
    enable_enhanced_civic_answers: bool | None = None


class SafetySetting(Message):
    category: str
    threshold: str
    method: str | None = None


class GenerateContentRequest(Message):
    """A question."""

    contents: list[Content] = Field(default_factory=list)
    system_instruction: Content | None = None
    generation_config: GenerationConfig = GenerationConfig()
    tools: list[Tool] = Field(default_factory=list)
    tool_config: ToolConfig = ToolConfig()
    safety_settings: list[SafetySetting] = Field(default_factory=list)
    cached_content: str | None = None
    model: str | None = None
    service_tier: str | None = None
    store: bool | None = None
