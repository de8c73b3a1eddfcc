"""Answers: chat.completion in one piece, chat.completion.chunk by chunk."""

import json
import time
from collections.abc import Iterator
from typing import Any

from ops.sandbox.ai.question import Question, Reply, Use, pieces

_FINISH = {"end": "stop", "length": "length", "tools": "tool_calls", "refused": "content_filter"}


def completion(question: Question, reply: Reply, number: str, **more: Any) -> dict[str, Any]:
    """The whole answer."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if reply.uses else reply.text,
        "refusal": None,
        "annotations": [],
    }
    if reply.uses:
        message["tool_calls"] = [_call(one) for one in reply.uses]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish(reply)}
    return {
        **_head(question, number, "chat.completion"),
        "choices": [choice],
        "usage": usage(question, reply),
        **more,
    }


def chunks(
    question: Question, reply: Reply, number: str, last: dict[str, Any] | None, **more: Any
) -> Iterator[str]:
    """The answer as events. `last` is what the chunk with the usage holds beside it; None: no such chunk."""
    head = {**_head(question, number, "chat.completion.chunk"), **more}
    told = {} if last is None else {"usage": None}
    for delta in _deltas(reply):
        yield event({**head, "choices": [_choice(delta)], **told})
    yield event({**head, "choices": [_choice({}, finish(reply))], **told})
    if last is not None:
        yield event({**head, "choices": [], "usage": usage(question, reply) | last})
    yield "data: [DONE]\n\n"


def event(content: dict[str, Any]) -> str:
    """One event of a stream."""
    return f"data: {json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n\n"


def finish(reply: Reply) -> str:
    """finish_reason."""
    return _FINISH[reply.stop]


def usage(question: Question, reply: Reply) -> dict[str, Any]:
    """Tokens."""
    read, written = question.input_tokens, reply.output_tokens
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _head(question: Question, number: str, kind: str) -> dict[str, Any]:
    return {
        "id": number,
        "object": kind,
        "created": int(time.time()),
        "model": question.model,
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
    }


def _deltas(reply: Reply) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": None if reply.uses else "", "refusal": None}
    for piece in pieces(reply.text):
        yield {"content": piece}
    for index, one in enumerate(reply.uses):
        called = _call(one)
        arguments = called["function"].pop("arguments")
        yield {
            "tool_calls": [{"index": index, **called, "function": {**called["function"], "arguments": ""}}]
        }
        for piece in pieces(arguments):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _choice(delta: dict[str, Any], finished: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finished}


def _call(use: Use) -> dict[str, Any]:
    arguments = json.dumps(use.arguments, ensure_ascii=False)
    return {
        "id": f"call_{use.number}",
        "type": "function",
        "function": {"name": use.name, "arguments": arguments},
    }
