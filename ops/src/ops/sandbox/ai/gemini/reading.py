"""The question that a request asks, and what Google checks beyond the contract."""

from collections.abc import Iterator
from typing import Any

from ops.sandbox.ai.gemini.contract import (
    Content,
    FunctionDeclaration,
    GenerateContentRequest,
    GenerationConfig,
    ToolConfig,
)
from ops.sandbox.ai.question import Offer, Question, Said, Stream

JSON = "application/json"


class Unfit(Exception):
    """A request that fits the contract and makes no sense."""


def question(wanted: GenerateContentRequest, model: str, streamed: Stream | None) -> Question:
    """What is asked. Raises Unfit."""
    _check_contents(wanted.contents)
    _check_form(wanted)
    config = wanted.generation_config
    declared = [one for tool in wanted.tools for one in tool.function_declarations]
    schema = _schema(config)
    return Question(
        model=model,
        instructions=_text(wanted.system_instruction) if wanted.system_instruction else "",
        turns=tuple(turn for one in wanted.contents for turn in _turns(one)),
        max_tokens=config.max_output_tokens,
        offers=()
        if wanted.tool_config.function_calling_config.mode == "NONE"
        else tuple(map(_offer, declared)),
        forced=_forced(wanted.tool_config),
        schema=schema,
        json=config.response_mime_type == JSON and schema is None,
        streamed=streamed,
    )


def _schema(config: GenerationConfig) -> dict[str, Any] | None:
    if config.response_schema:
        return config.response_schema.model_dump(exclude_none=True, by_alias=True)
    return config.response_json_schema


def _offer(one: FunctionDeclaration) -> Offer:
    schema = one.parameters.model_dump(exclude_none=True, by_alias=True) if one.parameters else None
    return Offer(one.name, one.description, schema or one.parameters_json_schema or {})


def _forced(config: ToolConfig) -> str | None:
    calling = config.function_calling_config
    if calling.mode != "ANY":
        return None
    return calling.allowed_function_names[0] if calling.allowed_function_names else ""


def _turns(content: Content) -> Iterator[Said]:
    for part in content.parts:
        if part.function_response:
            yield Said("tool", str(part.function_response.response))
    text = _text(content)
    pictures = sum(part.inline_data is not None for part in content.parts)
    if text or pictures or not any(part.function_response for part in content.parts):
        yield Said("assistant" if content.role == "model" else "user", text, pictures)


def _text(content: Content) -> str:
    return "\n".join(part.text for part in content.parts if part.text is not None and not part.thought)


def _check_contents(contents: list[Content]) -> None:
    if not contents:
        raise Unfit("* GenerateContentRequest.contents: contents is not specified\n")
    called = 0
    for number, one in enumerate(contents):
        if one.role not in (None, "user", "model", "function"):
            raise Unfit("Please use a valid role: user, model.")
        if not one.parts:
            raise Unfit(
                f"* GenerateContentRequest.contents[{number}].parts: contents.parts must not be empty.\n"
            )
        answered = sum(part.function_response is not None for part in one.parts)
        if answered != called:
            raise Unfit(
                "Please ensure that the number of function response parts is equal to the number of function "
                "call parts of the function call turn."
            )
        called = sum(part.function_call is not None for part in one.parts)


def _check_form(wanted: GenerateContentRequest) -> None:
    config = wanted.generation_config
    if config.response_schema and config.response_json_schema:
        raise Unfit("Only one of response_schema and response_json_schema can be set.")
    if _schema(config) and config.response_mime_type not in (JSON, "text/x.enum"):
        raise Unfit(
            "* GenerateContentRequest.generation_config.response_schema: only allowed when "
            "response_mime_type is "
            "application/json or text/x.enum\n"
        )
    for tool in wanted.tools:
        for one in tool.function_declarations:
            if one.parameters and one.parameters_json_schema:
                raise Unfit(f"{one.name}: only one of parameters and parameters_json_schema can be set.")
