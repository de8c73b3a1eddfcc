"""A question in Anthropic's words."""

import re
from typing import Any, Final, Literal

from ai_router.vendor_api.schemas import unbounded
from ai_router.vendor_api.turns import Turn, alternating
from contracts.completions import CompletionRequested, Image, ToolCall, Utterance

SchemaBy = Literal["output_config", "tool"]

ANSWER_TOOL: Final = "answer_in_this_form"
_NO_ID: Final = re.compile(r"[^a-zA-Z0-9_-]")  # other vendors' ids of calls may hold dots and colons


def body(
    request: CompletionRequested, model: str, *, stream: bool, thinking: int, schema_by: SchemaBy
) -> dict[str, Any]:
    """The request's body."""
    content: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens + thinking,
        "messages": [_turn(turn) for turn in alternating(request.personal.turns)],
    }
    if request.personal.instructions.strip():
        content["system"] = request.personal.instructions
    tools = [_tool(tool.name, tool.description, tool.parameters) for tool in request.tools]
    if (schema := request.answer_schema) and schema_by == "tool":
        tools.append(_tool(ANSWER_TOOL, "Gives the answer.", schema))
        content["tool_choice"] = {"type": "any"} if request.tools else {"type": "tool", "name": ANSWER_TOOL}
    elif schema:
        content["output_config"] = {"format": {"type": "json_schema", "schema": unbounded(schema)}}
    if tools:
        content["tools"] = tools
    if stream:
        content["stream"] = True
    return content


def _tool(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "description": description, "input_schema": schema}


def _turn(turn: Turn) -> dict[str, Any]:
    blocks = [block for one in turn.parts for block in _blocks(one)]
    only = blocks[0] if len(blocks) == 1 else {}
    return {"role": "assistant" if turn.business else "user", "content": only.get("text") or blocks}


def _blocks(one: Utterance) -> list[dict[str, Any]]:
    if one.role == "tool":
        call = _NO_ID.sub("_", one.answers or "")
        return [{"type": "tool_result", "tool_use_id": call, "content": one.text}]
    text = [{"type": "text", "text": one.text.rstrip()}] if one.text.strip() else []
    if one.role == "business":
        return [*text, *map(_call, one.tool_calls)]
    return [*map(_image, one.images), *text]


def _call(call: ToolCall) -> dict[str, Any]:
    name = _NO_ID.sub("_", call.id)
    return {"type": "tool_use", "id": name, "name": call.name, "input": call.arguments}


def _image(image: Image) -> dict[str, Any]:
    source = {"type": "base64", "media_type": image.media_type, "data": image.content}
    return {"type": "image", "source": source}
