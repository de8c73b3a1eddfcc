"""An answer in OpenAI's words, whole or as the pieces of a stream."""

from typing import Any

from pydantic import AliasChoices, BaseModel, Field, FiniteFloat

from ai_router.domain.completion import Usage
from ai_router.domain.failures import Malformed
from ai_router.vendor_api.calls import Events
from ai_router.vendor_api.replies import Reply, WantedTool


class _Function(BaseModel):
    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class _Call(BaseModel):
    index: int | None = None
    id: str | None = None
    function: _Function = _Function()


class _Said(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(BaseModel):
    said: _Said | None = Field(None, validation_alias=AliasChoices("message", "delta"))
    finish_reason: str | None = None


class _Cached(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None
    cost: FiniteFloat | None = None


class _Answer(BaseModel):
    model: str | None = None
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


def whole(body: bytes) -> Reply:
    """The answer that came in one piece. Raises pydantic's ValidationError."""
    reply = Reply()
    answer = _Answer.model_validate_json(body)
    if not answer.choices and not answer.error:
        raise Malformed("an answer without choices")
    _take(answer, reply)
    reply.ending = reply.ending or "stop"  # some compatible servers leave it out
    return reply


async def joined(events: Events) -> Reply:
    """The answer of a stream. Raises pydantic's ValidationError."""
    reply = Reply()
    async for event in events:
        if event == b"[DONE]":
            break
        _take(_Answer.model_validate_json(event), reply)
    return reply


def _take(piece: _Answer, reply: Reply) -> None:
    if piece.error:
        reply.error = piece.error if isinstance(piece.error, dict) else {}
    reply.model = piece.model or reply.model
    if piece.usage:
        cached = piece.usage.prompt_tokens_details
        known = cached.cached_tokens if cached else None
        reply.usage = Usage(piece.usage.prompt_tokens, piece.usage.completion_tokens, known or 0)
        reply.cost = piece.usage.cost
    for choice in (piece.choices or ())[:1]:
        reply.ending = choice.finish_reason or reply.ending
        if choice.said:
            _take_said(choice.said, reply)


def _take_said(said: _Said, reply: Reply) -> None:
    reply.text += said.content or ""
    reply.refused = reply.refused or bool(said.refusal)
    for place, call in enumerate(said.tool_calls or ()):
        _take_call(call, place if call.index is None else call.index, reply.tools)


def _take_call(call: _Call, index: int, tools: list[WantedTool]) -> None:
    # Some servers call every one of them the first: then only the id tells where the next begins.
    last = tools[-1] if tools else None
    if last is None or index != last.index or (call.id and call.id != last.id):
        last = WantedTool(index, call.id or "", call.function.name or "")
        tools.append(last)
    if isinstance(call.function.arguments, dict):
        last.arguments = call.function.arguments
    else:
        last.json += call.function.arguments or ""
