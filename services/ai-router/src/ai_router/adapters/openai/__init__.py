"""OpenAI and whoever speaks its language: POST {base}/chat/completions (OpenAI API, 2026)."""

from functools import partial
from typing import Final

import httpx
from pydantic_core import to_json

from ai_router.adapters.openai.answer import joined, whole
from ai_router.adapters.openai.question import TokenLimit, body
from ai_router.adapters.openai.refusals import refusal
from ai_router.domain.completion import Completion
from ai_router.domain.ways import Key
from ai_router.vendor_api.calls import Call, Language, address, ask
from ai_router.vendor_api.replies import Ending, checked
from contracts.completions import CompletionRequested

_ENDINGS: Final[dict[str, Ending]] = {
    "stop": "whole",
    "tool_calls": "whole",
    "function_call": "whole",
    "eos": "whole",  # this and the next two: compatible servers
    "eos_token": "whole",
    "stop_sequence": "whole",
    "length": "too_long",
    "content_filter": "refused",
}


class OpenAI:
    """See ports.Vendor. The client's base URL holds the version.

    `token_limit` names the member that limits the answer: OpenAI's newer models know only
    `max_completion_tokens`, many compatible servers only `max_tokens`. `says_cost`: the server is asked what
    the answer cost (OpenRouter). `thinking_tokens` are allowed on top of the answer's, for models whose
    thoughts count as well.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        stream: bool = False,
        thinking_tokens: int = 0,
        token_limit: TokenLimit = "max_completion_tokens",  # noqa: S107 - no secret
        says_cost: bool = False,
    ) -> None:
        self._client = client
        self._url = address(client, "chat/completions")
        self._body = partial(
            body, stream=stream, thinking=thinking_tokens, token_limit=token_limit, says_cost=says_cost
        )
        self._language = Language(whole, joined, refusal)

    async def complete(
        self, request: CompletionRequested, model: str, key: Key, patience: float
    ) -> Completion:
        """See ports.Vendor."""
        headers = [(b"Authorization", b"Bearer " + key.secret.encode())]
        call = Call(self._url, headers, to_json(self._body(request, model)))
        reply = await ask(self._client, call, patience, self._language)
        return checked(reply, _ENDINGS, request, model)
