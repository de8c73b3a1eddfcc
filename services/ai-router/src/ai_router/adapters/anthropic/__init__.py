"""Anthropic and whoever speaks its language: POST {base}/v1/messages (version 2023-06-01)."""

from functools import partial
from typing import Final, Literal

import httpx
from pydantic_core import to_json

from ai_router.adapters.anthropic.answer import joined, whole
from ai_router.adapters.anthropic.question import SchemaBy, body
from ai_router.adapters.anthropic.refusals import refusal
from ai_router.domain.completion import Completion
from ai_router.domain.ways import Key
from ai_router.vendor_api.calls import Call, Language, address, ask
from ai_router.vendor_api.replies import Ending, checked
from contracts.completions import CompletionRequested

Auth = Literal["x-api-key", "bearer"]

_ENDINGS: Final[dict[str, Ending]] = {
    "end_turn": "whole",
    "stop_sequence": "whole",
    "tool_use": "whole",
    "max_tokens": "too_long",
    "model_context_window_exceeded": "too_long",
    "refusal": "refused",
}


class Anthropic:
    """See ports.Vendor. The client's base URL is without the version.

    `auth`: how the key is sent; compatible servers often want it as `bearer`. `schema_by`: whether an answer
    is bound to a schema by `output_config`, or by a tool that has to be used: compatible servers and models
    before 4.5 know only the tool, Anthropic's newest models refuse to be forced to one. `thinking_tokens` are
    allowed on top of the answer's, for models whose thoughts count as well.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        stream: bool = False,
        thinking_tokens: int = 0,
        auth: Auth = "x-api-key",
        schema_by: SchemaBy = "output_config",
    ) -> None:
        self._client = client
        self._url = address(client, "v1/messages")
        self._auth = (b"Authorization", b"Bearer ") if auth == "bearer" else (b"x-api-key", b"")
        self._body = partial(body, stream=stream, thinking=thinking_tokens, schema_by=schema_by)
        self._language = Language(whole, joined, refusal)

    async def complete(
        self, request: CompletionRequested, model: str, key: Key, patience: float
    ) -> Completion:
        """See ports.Vendor."""
        name, kind = self._auth
        headers = [(b"anthropic-version", b"2023-06-01"), (name, kind + key.secret.encode())]
        call = Call(self._url, headers, to_json(self._body(request, model)))
        reply = await ask(self._client, call, patience, self._language)
        return checked(reply, _ENDINGS, request, model)
