"""A question in OpenAI's words."""

from typing import Any, Literal

from pydantic_core import to_json

from ai_router.vendor_api.schemas import is_closed
from ai_router.vendor_api.turns import Turn, alternating
from contracts.completions import CompletionRequested, Image, ToolCall, Utterance

TokenLimit = Literal["max_completion_tokens", "max_tokens"]


def body(
    request: CompletionRequested,
    model: str,
    *,
    stream: bool,
    thinking: int,
    token_limit: TokenLimit,
    says_cost: bool,
) -> dict[str, Any]:
    """The request's body."""
    content: dict[str, Any] = {
        "model": model,
        "messages": _messages(request),
        token_limit: request.max_tokens + thinking,
    }
    if request.tools:
        content["tools"] = [{"type": "function", "function": tool.model_dump()} for tool in request.tools]
    if schema := request.answer_schema:
        # A schema that is not closed all through is refused where it is called strict.
        bound = {"name": "answer", "schema": schema, "strict": is_closed(schema)}
        content["response_format"] = {"type": "json_schema", "json_schema": bound}
    if stream:
        content |= {"stream": True, "stream_options": {"include_usage": True}}
    if says_cost:
        content["usage"] = {"include": True}
    return content


def _messages(request: CompletionRequested) -> list[dict[str, Any]]:
    instructions = request.personal.instructions
    first = [{"role": "system", "content": instructions}] if instructions else []
    return [*first, *(message for turn in alternating(request.personal.turns) for message in _turn(turn))]


def _turn(turn: Turn) -> list[dict[str, Any]]:
    results = [_result(one) for one in turn.parts if one.role == "tool"]
    spoken = [one for one in turn.parts if one.role != "tool"]
    if not spoken:
        return results
    text = "\n\n".join(one.text for one in spoken if one.text.strip())
    if turn.business:
        calls = [_call(call) for one in spoken for call in one.tool_calls]
        message: dict[str, Any] = {"role": "assistant", "content": text or None}
        return [message | {"tool_calls": calls} if calls else message]
    images = [_image(image) for one in spoken for image in one.images]
    texts = [{"type": "text", "text": text}] if text else []
    return [*results, {"role": "user", "content": [*images, *texts] if images else text}]


def _result(one: Utterance) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": one.answers or "", "content": one.text}


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": to_json(call.arguments).decode()}
    return {"id": call.id, "type": "function", "function": function}


def _image(image: Image) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:{image.media_type};base64,{image.content}"}}
