"""An answer in Gemini's words; the pieces of a stream look like whole ones."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from ai_router.domain.completion import Usage
from ai_router.domain.failures import Malformed
from ai_router.vendor_api.calls import Events
from ai_router.vendor_api.replies import Reply, WantedTool


class _Json(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _FunctionCall(_Json):
    id: str | None = None
    name: str = ""
    args: dict[str, Any] | None = None


class _Part(_Json):
    text: str | None = None
    thought: bool | None = None
    function_call: _FunctionCall | None = None


class _Content(_Json):
    parts: list[_Part] | None = None


class _Candidate(_Json):
    content: _Content | None = None
    finish_reason: str | None = None


class _Feedback(_Json):
    block_reason: str | None = None


class _Usage(_Json):
    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    cached_content_token_count: int | None = None

    def counted(self) -> Usage:
        """Thoughts are told beside the answer, and are paid for as well."""
        told = [self.candidates_token_count, self.thoughts_token_count]
        output = None if told == [None, None] else sum(count or 0 for count in told)
        return Usage(self.prompt_token_count, output, self.cached_content_token_count or 0)


class _Answer(_Json):
    model_version: str | None = None
    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback | None = None
    usage_metadata: _Usage | None = None
    error: dict[str, Any] | None = None


def whole(body: bytes) -> Reply:
    """The answer that came in one piece. Raises pydantic's ValidationError."""
    reply = Reply()
    answer = _Answer.model_validate_json(body)
    if not (answer.candidates or answer.prompt_feedback or answer.error):
        raise Malformed("an answer without candidates")
    _take(answer, reply)
    return reply


async def joined(events: Events) -> Reply:
    """The answer of a stream, which ends with the body alone. Raises pydantic's ValidationError."""
    reply = Reply()
    async for event in events:
        _take(_Answer.model_validate_json(event), reply)
    return reply


def _take(piece: _Answer, reply: Reply) -> None:
    reply.error = piece.error or reply.error
    reply.model = piece.model_version or reply.model
    if piece.usage_metadata:
        reply.usage = piece.usage_metadata.counted()
    if piece.prompt_feedback and piece.prompt_feedback.block_reason:
        reply.ending = "BLOCKED"
    for candidate in (piece.candidates or ())[:1]:
        _take_candidate(candidate, reply)


def _take_candidate(candidate: _Candidate, reply: Reply) -> None:
    parts = (candidate.content.parts if candidate.content else None) or ()
    for part in parts:
        if part.function_call:
            call = part.function_call
            tool = WantedTool(len(reply.tools), call.id or "", call.name, arguments=call.args or {})
            reply.tools.append(tool)
        elif not part.thought:
            reply.text += part.text or ""
    # Some translators say STOP with an empty piece before the first word: only the last one's counts.
    reply.ending = candidate.finish_reason or (None if parts else reply.ending)
