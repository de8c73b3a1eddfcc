"""The question that a request asks, and what OpenAI checks beyond the contract."""

from collections.abc import Iterator
from typing import Any

from ops.sandbox.ai.chat_completions.contract import (
    AssistantMessage,
    ChatRequest,
    ImagePart,
    Message,
    NamedChoice,
    SchemaText,
    SystemMessage,
    TextPart,
    ToolMessage,
)
from ops.sandbox.ai.question import Offer, Question, Said


class Unfit(Exception):
    """A request that fits the contract and makes no sense. `param` and `code` as OpenAI gives them."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code


def question(wanted: ChatRequest) -> Question:
    """What is asked. Raises Unfit."""
    _check_tools(wanted)
    _check_answered_calls(wanted.messages)
    form = wanted.response_format
    if isinstance(form, SchemaText) and form.json_schema.strict:
        _check_strict(form.json_schema.schema_, f"response_format '{form.json_schema.name}'")
    forced = wanted.tool_choice
    return Question(
        model=wanted.model,
        instructions="\n".join(_text(one) for one in wanted.messages if isinstance(one, SystemMessage)),
        turns=tuple(_turns(wanted.messages)) or (Said("user", ""),),
        max_tokens=wanted.max_completion_tokens or wanted.max_tokens,
        offers=() if forced == "none" else tuple(_offers(wanted)),
        forced=forced.function.name
        if isinstance(forced, NamedChoice)
        else ""
        if forced == "required"
        else None,
        schema=form.json_schema.schema_ if isinstance(form, SchemaText) else None,
        json=form is not None and form.type == "json_object",
        streamed="sse" if wanted.stream else None,
        usage_wanted=bool(wanted.stream_options and wanted.stream_options.include_usage),
    )


def _turns(messages: list[Message]) -> Iterator[Said]:
    for one in messages:
        match one.role:
            case "user":
                yield Said("user", _text(one), _images(one))
            case "assistant":
                yield Said("assistant", _text(one))
            case "tool" | "function":
                yield Said("tool", _text(one))


def _offers(wanted: ChatRequest) -> Iterator[Offer]:
    for one in wanted.tools or ():
        yield Offer(one.function.name, one.function.description, one.function.parameters)


def _text(message: Message) -> str:
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    return "\n".join(part.text for part in message.content if isinstance(part, TextPart))


def _images(message: Message) -> int:
    content = message.content if isinstance(message.content, list) else []
    return sum(isinstance(part, ImagePart) for part in content)


def _check_tools(wanted: ChatRequest) -> None:
    if wanted.tool_choice not in (None, "none") and not wanted.tools:
        raise Unfit("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
    if wanted.stream_options and not wanted.stream:
        raise Unfit(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options"
        )
    for one in wanted.tools or ():
        if one.function.strict:
            _check_strict(one.function.parameters, f"function '{one.function.name}'")


def _check_answered_calls(messages: list[Message]) -> None:
    """Every call of a tool is answered right after it, and nothing else is."""
    waiting: set[str] = set()
    for number, one in enumerate(messages):
        if isinstance(one, ToolMessage):
            if one.tool_call_id not in waiting:
                raise Unfit(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
                    "with 'tool_calls'.",
                    f"messages.[{number}].role",
                )
            waiting.discard(one.tool_call_id)
            continue
        _check_none_waits(waiting, number)
        waiting = {call.id for call in one.tool_calls or ()} if isinstance(one, AssistantMessage) else set()
    _check_none_waits(waiting, len(messages))


def _check_none_waits(waiting: set[str], number: int) -> None:
    if waiting:
        raise Unfit(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            "'tool_call_id'. The following tool_call_ids did not have response messages: "
            + ", ".join(sorted(waiting)),
            f"messages.[{number}].role",
        )


def _check_strict(schema: dict[str, Any], what: str, place: tuple[str, ...] = ()) -> None:
    """Strict schemas close every object and require all of its members."""
    here = f"Invalid schema for {what}: In context={place!r}"
    param = "response_format" if what.startswith("response") else "tools[0].function.parameters"
    members = schema.get("properties", {})
    if schema.get("type") == "object" or members:
        if schema.get("additionalProperties") is not False:
            raise Unfit(
                f"{here}, 'additionalProperties' is required to be supplied and to be false.",
                param,
                "invalid_schema",
            )
        if lacking := [name for name in members if name not in schema.get("required", [])]:
            raise Unfit(
                f"{here}, 'required' is required to be supplied and to be an array including every key in "
                f"properties. Missing '{lacking[0]}'.",
                param,
                "invalid_schema",
            )
    for name, inner in [*members.items(), *schema.get("$defs", {}).items()]:
        _check_strict(inner, what, (*place, "properties", name))
    if isinstance(schema.get("items"), dict):
        _check_strict(schema["items"], what, (*place, "items"))
