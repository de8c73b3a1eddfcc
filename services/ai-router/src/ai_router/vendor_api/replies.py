"""What a vendor answered, and whether it is whole and what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import jsonschema_rs
from pydantic_core import from_json

from ai_router.domain.completion import Completion, Usage
from ai_router.domain.failures import BadRequest, ContentRefused, CutOff, Malformed, VendorFailure
from ai_router.vendor_api.refusals import machine_words
from contracts.completions import CompletionRequested, ToolCall

Ending = Literal["whole", "too_long", "refused", "malformed"]
Tokens = tuple[int | None, int | None]


@dataclass(slots=True)
class WantedTool:
    """A call of a tool while it arrives, the `index`-th: its arguments as JSON, or read already."""

    index: int
    id: str
    name: str
    json: str = ""
    arguments: dict[str, Any] | None = None


@dataclass(slots=True)
class Reply:
    """An answer while it arrives.

    `ending`: why the vendor stopped, in its own word; None: it has not. `refused`: the text says why it will
    not answer. `error`: one that came inside the answer.
    """

    text: str = ""
    tools: list[WantedTool] = field(default_factory=list)
    ending: str | None = None
    model: str | None = None
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    refused: bool = False
    error: dict[str, Any] | None = None


def checked(
    reply: Reply, endings: Mapping[str, Ending], request: CompletionRequested, model: str
) -> Completion:
    """The answer, if it is whole, not empty, and fits what was asked for. Raises VendorFailure.

    An ending that `endings` does not know makes an answer that is not whole: better none than half of one.
    """
    tokens = (reply.usage.input, reply.usage.output)
    if failure := _by_ending(reply.ending, endings, tokens):
        raise failure
    if reply.refused:
        raise ContentRefused("the model refused", tokens=tokens)
    text, calls = reply.text.strip(), tuple(_tool_call(tool, request, tokens) for tool in reply.tools)
    if not text and not calls:
        raise Malformed("an empty answer", tokens=tokens)
    if request.answer_schema is not None and not calls:
        _check(_json(text, tokens), request.answer_schema, tokens)
    return Completion(text, reply.model or model, reply.usage, calls, reply.cost)


def _by_ending(ending: str | None, endings: Mapping[str, Ending], tokens: Tokens) -> VendorFailure | None:
    meaning = endings.get(ending) if ending else None
    if meaning == "whole":
        return None
    why = machine_words("ended by", ending) if ending else "without an ending"
    match meaning:
        case "too_long":
            return CutOff(why, too_long=True, tokens=tokens)
        case "refused":
            return ContentRefused(why, tokens=tokens)
        case "malformed":
            return Malformed(why, tokens=tokens)
    return CutOff(why, tokens=tokens)


def _tool_call(tool: WantedTool, request: CompletionRequested, tokens: Tokens) -> ToolCall:
    offered = next((one for one in request.tools if one.name == tool.name), None)
    if offered is None:
        raise Malformed("a tool that was not offered", tokens=tokens)
    arguments = _json(tool.json or "{}", tokens) if tool.arguments is None else tool.arguments
    if not isinstance(arguments, dict):
        raise Malformed("arguments that are no object", tokens=tokens)
    _check(arguments, offered.parameters, tokens)
    return ToolCall(id=tool.id or f"call_{uuid4().hex}", name=tool.name, arguments=arguments)


def _json(text: str, tokens: Tokens) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        raise Malformed("not JSON", tokens=tokens) from None


def _check(content: Any, schema: dict[str, Any], tokens: Tokens) -> None:
    try:
        # Twelve millionths of a second for a schema of ours: it need not be kept.
        validator = jsonschema_rs.validator_for(schema, offline=True)
    except (ValueError, jsonschema_rs.ReferencingError):
        raise BadRequest("what was asked for is no JSON Schema") from None
    try:
        validator.validate(content)
    except jsonschema_rs.ValidationError as error:
        # The place in our schema; the vendor's answer is not told.
        place = "/".join(map(str, error.schema_path))
        raise Malformed(f"does not fit the schema at {place}", tokens=tokens) from None
