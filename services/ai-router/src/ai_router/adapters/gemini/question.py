"""A question in Gemini's words."""

from collections.abc import Mapping
from typing import Any, Final

from ai_router.vendor_api.turns import Turn, alternating
from contracts.completions import CompletionRequested, Image, ToolCall, Utterance

_UNSIGNED: Final = "skip_thought_signature_validator"
"""Gemini signs its calls and wants them back signed; this stands for calls that another vendor made, and for
its own, whose signature nobody kept (Gemini API, thought signatures)."""


def body(request: CompletionRequested, *, thinking: int) -> dict[str, Any]:
    """The request's body; the model and whether it streams are in the URL."""
    talk = request.personal.turns
    names = {call.id: call.name for one in talk for call in one.tool_calls}
    limits: dict[str, Any] = {"maxOutputTokens": request.max_tokens + thinking}
    content: dict[str, Any] = {
        "contents": [_turn(turn, names) for turn in alternating(talk)],
        "generationConfig": limits,
    }
    if request.personal.instructions.strip():
        content["systemInstruction"] = {"parts": [{"text": request.personal.instructions}]}
    if request.tools:
        tools = [
            {"name": tool.name, "description": tool.description, "parametersJsonSchema": tool.parameters}
            for tool in request.tools
        ]
        content["tools"] = [{"functionDeclarations": tools}]
    if schema := request.answer_schema:
        limits |= {"responseMimeType": "application/json", "responseJsonSchema": schema}
    return content


def _turn(turn: Turn, names: Mapping[str, str]) -> dict[str, Any]:
    parts = [part for one in turn.parts for part in _parts(one, names)]
    return {"role": "model" if turn.business else "user", "parts": parts}


def _parts(one: Utterance, names: Mapping[str, str]) -> list[dict[str, Any]]:
    if one.role == "tool":
        call = one.answers or ""
        result = {"id": call, "name": names.get(call, ""), "response": {"result": one.text}}
        return [{"functionResponse": result}]
    text = [{"text": one.text}] if one.text.strip() else []
    if one.role == "business":
        return [*text, *map(_call, one.tool_calls)]
    return [*map(_image, one.images), *text]


def _call(call: ToolCall) -> dict[str, Any]:
    wanted = {"id": call.id, "name": call.name, "args": call.arguments}
    return {"functionCall": wanted, "thoughtSignature": _UNSIGNED}


def _image(image: Image) -> dict[str, Any]:
    return {"inlineData": {"mimeType": image.media_type, "data": image.content}}
