"""How OpenAI takes requests."""

import json
import re
import secrets
from typing import Any, Final

from pydantic import ValidationError

from ops.sandbox.ai.chat_completions import reading, writing
from ops.sandbox.ai.chat_completions.contract import ChatRequest
from ops.sandbox.ai.dialect import Post, Said, Trouble
from ops.sandbox.ai.openai import errors
from ops.sandbox.ai.question import Question, Reply
from ops.sandbox.ai.wrong import first_wrong

_MODELS = re.compile(r"(gpt-[45]|o[134]\b|chatgpt-|ft:)")
_REASONING = re.compile(r"(gpt-5|o[134]\b)")

_LISTED: Final = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini")


class OpenAI:
    """See ops.sandbox.ai.dialect.Dialect."""

    name = "openai"
    title = "OpenAI"
    paths = ("/ai/openai/v1/chat/completions",)

    def key(self, post: Post) -> str:
        """Authorization: Bearer."""
        return post.bearer

    def model(self, post: Post) -> str:
        """From the body."""
        return post.member("model")

    def question(self, post: Post) -> Question:
        """See Dialect."""
        if not isinstance(post.body, dict):
            raise errors.bad("We could not parse the JSON body of your request.")
        if not post.body.get("model"):
            raise errors.bad("you must provide a model parameter")
        try:
            wanted = ChatRequest.model_validate(post.body)
            _check_model(wanted)
            return reading.question(wanted)
        except ValidationError as problem:
            raise errors.invalid(first_wrong(problem, post.body)) from problem
        except reading.Unfit as problem:
            raise errors.bad(problem.message, problem.param, problem.code) from problem

    def whole(self, question: Question, reply: Reply) -> Said:
        """chat.completion."""
        body = writing.completion(question, reply, _number())
        return Said([json.dumps(body, ensure_ascii=False)], headers=errors.LIMITS)

    def stream(self, question: Question, reply: Reply) -> Said:
        """chat.completion.chunk, with the usage if it was asked for, and [DONE]."""
        told = writing.chunks(question, reply, _number(), {} if question.usage_wanted else None)
        return Said(list(told), "text/event-stream; charset=utf-8", headers=errors.LIMITS)

    def error(self, trouble: Trouble, retry_after: int | None = None) -> Said:
        """{"error": {"message", "type", "param", "code"}}."""
        return errors.trouble(trouble, retry_after)

    def headers(self, request_id: str) -> dict[str, str]:
        """Whom it was answered for, and under which number."""
        return {
            "x-request-id": f"req_{request_id}",
            "openai-organization": "sandbox",
            "openai-processing-ms": "12",
            "openai-version": "2020-10-01",
        }


def listed() -> dict[str, Any]:
    """What GET /v1/models says."""
    models = [{"id": one, "object": "model", "created": 1715367049, "owned_by": "system"} for one in _LISTED]
    return {"object": "list", "data": models}


def _check_model(wanted: ChatRequest) -> None:
    if not _MODELS.match(wanted.model):
        raise errors.no_such_model(wanted.model)
    if wanted.max_tokens is not None and _REASONING.match(wanted.model):
        raise reading.Unfit(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' "
            "instead.",
            "max_tokens",
            "unsupported_parameter",
        )
    if wanted.max_tokens is not None and wanted.max_completion_tokens is not None:
        raise reading.Unfit(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens",
            "invalid_parameter_combination",
        )
    form, said = wanted.response_format, json.dumps([one.model_dump() for one in wanted.messages])
    if form and form.type == "json_object" and "json" not in said.lower():
        raise reading.Unfit(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
            "'json_object'.",
            "messages",
        )


def _number() -> str:
    return f"chatcmpl-{secrets.token_hex(14)}"
