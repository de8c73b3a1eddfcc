"""Answers: a message in one piece, or its events."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from ops.sandbox.ai.question import Question, Reply, pieces

_STOP = {"end": "end_turn", "length": "max_tokens", "tools": "tool_use", "refused": "refusal"}


def message(question: Question, reply: Reply) -> dict[str, Any]:
    """The whole answer."""
    return {
        **_head(question, reply.output_tokens),
        "content": list(_blocks(reply)),
        **_stopped(reply),
    }


def events(question: Question, reply: Reply) -> Iterator[str]:
    """message_start, each block with its deltas, message_delta, message_stop."""
    begun = {**_head(question, 1), "content": [], "stop_reason": None, "stop_sequence": None}
    yield event("message_start", message=begun)
    for index, block in enumerate(_blocks(reply)):
        yield event("content_block_start", index=index, content_block=block | _blank(block))
        if index == 0:
            yield event("ping")
        for delta in _deltas(block):
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    yield event("message_delta", delta=_stopped(reply), usage={"output_tokens": reply.output_tokens})
    yield event("message_stop")


def event(kind: str, **content: Any) -> str:
    """One event of a stream."""
    told = json.dumps({"type": kind, **content}, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\ndata: {told}\n\n"


def _head(question: Question, written: int) -> dict[str, Any]:
    return {
        "id": f"msg_{secrets.token_hex(12)}",
        "type": "message",
        "role": "assistant",
        "model": question.model,
        "usage": {
            "input_tokens": question.input_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": written,
            "service_tier": "standard",
        },
    }


def _stopped(reply: Reply) -> dict[str, Any]:
    details = {"type": "refusal", "category": None, "explanation": None} if reply.stop == "refused" else None
    return {"stop_reason": _STOP[reply.stop], "stop_sequence": None, "stop_details": details}


def _blocks(reply: Reply) -> Iterator[dict[str, Any]]:
    if reply.text:
        yield {"type": "text", "text": reply.text}
    for one in reply.uses:
        yield {"type": "tool_use", "id": f"toolu_{one.number}", "name": one.name, "input": one.arguments}


def _blank(block: dict[str, Any]) -> dict[str, Any]:
    return {"text": ""} if block["type"] == "text" else {"input": {}}


def _deltas(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if block["type"] == "text":
        for piece in pieces(block["text"]):
            yield {"type": "text_delta", "text": piece}
        return
    yield {"type": "input_json_delta", "partial_json": ""}
    for piece in pieces(json.dumps(block["input"], ensure_ascii=False)):
        yield {"type": "input_json_delta", "partial_json": piece}
