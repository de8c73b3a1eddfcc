"""Answers: a GenerateContentResponse, or several that follow each other."""

import secrets
from collections.abc import Iterator
from typing import Any

from ops.sandbox.ai.question import Question, Reply, pieces, tokens

_FINISH = {"end": "STOP", "length": "MAX_TOKENS", "tools": "STOP", "refused": "SAFETY"}


def whole(question: Question, reply: Reply) -> dict[str, Any]:
    """The whole answer."""
    parts = ([{"text": reply.text}] if reply.text else []) + _calls(reply)
    return _response(question, _candidate(parts, reply), reply.output_tokens, secrets.token_urlsafe(16))


def responses(question: Question, reply: Reply) -> Iterator[dict[str, Any]]:
    """The answer bit by bit; the last one says how it ended."""
    number, told = secrets.token_urlsafe(16), ""
    *before, last = [[{"text": one}] for one in pieces(reply.text)] + [_calls(reply)]
    if not last and before:
        last = before.pop()
    for parts in before:
        told += parts[0]["text"]
        yield _response(question, _candidate(parts, None), tokens(told), number)
    yield _response(question, _candidate(last, reply), reply.output_tokens, number)


def _calls(reply: Reply) -> list[dict[str, Any]]:
    return [{"functionCall": {"name": one.name, "args": one.arguments}} for one in reply.uses]


def _candidate(parts: list[dict[str, Any]], ended: Reply | None) -> dict[str, Any]:
    """What must not be said has no content at all; what ended at once has content without parts."""
    if ended and ended.stop == "refused":
        rating = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH", "blocked": True}
        return {"finishReason": "SAFETY", "index": 0, "safetyRatings": [rating]}
    content = {"role": "model"} | ({"parts": parts} if parts else {})
    return {"content": content, "index": 0} | ({"finishReason": _FINISH[ended.stop]} if ended else {})


def _response(question: Question, candidate: dict[str, Any], written: int, number: str) -> dict[str, Any]:
    read = question.input_tokens
    return {
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": read,
            "candidatesTokenCount": written,
            "totalTokenCount": read + written,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": read}],
        },
        "modelVersion": question.model,
        "responseId": number,
    }
