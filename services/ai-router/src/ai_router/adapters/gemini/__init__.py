"""Google Gemini: POST {base}/v1beta/models/{model}:generateContent (Gemini API, 2026)."""

from functools import lru_cache
from typing import Final
from urllib.parse import quote

import httpx
from pydantic_core import to_json

from ai_router.adapters.gemini.answer import joined, whole
from ai_router.adapters.gemini.question import body
from ai_router.adapters.gemini.refusals import refusal
from ai_router.domain.completion import Completion
from ai_router.domain.ways import Key
from ai_router.vendor_api.calls import Call, Language, address, ask
from ai_router.vendor_api.replies import Ending, checked
from contracts.completions import CompletionRequested

_ENDINGS: Final[dict[str, Ending]] = {
    "STOP": "whole",
    "MAX_TOKENS": "too_long",
    "SAFETY": "refused",
    "RECITATION": "refused",
    "LANGUAGE": "refused",
    "BLOCKLIST": "refused",
    "PROHIBITED_CONTENT": "refused",
    "SPII": "refused",
    "MODEL_ARMOR": "refused",
    "IMAGE_SAFETY": "refused",
    "BLOCKED": "refused",  # ours: the question itself was
    "MALFORMED_FUNCTION_CALL": "malformed",
    "MALFORMED_RESPONSE": "malformed",
    "UNEXPECTED_TOOL_CALL": "malformed",
    "TOO_MANY_TOOL_CALLS": "malformed",
}


class Gemini:
    """See ports.Vendor. The client's base URL is without the version.

    `thinking_tokens` are allowed on top of the answer's: models since 2.5 think unless told otherwise, and
    their thoughts count as well.
    """

    def __init__(self, client: httpx.AsyncClient, *, stream: bool = False, thinking_tokens: int = 0) -> None:
        self._client = client
        self._action = "streamGenerateContent?alt=sse" if stream else "generateContent"
        self._thinking = thinking_tokens
        self._language = Language(whole, joined, refusal)

    async def complete(
        self, request: CompletionRequested, model: str, key: Key, patience: float
    ) -> Completion:
        """See ports.Vendor."""
        url = _url(self._client, model, self._action)
        headers = [(b"x-goog-api-key", key.secret.encode())]
        call = Call(url, headers, to_json(body(request, thinking=self._thinking)))
        reply = await ask(self._client, call, patience, self._language)
        return checked(reply, _ENDINGS, request, model)


@lru_cache(maxsize=256)
def _url(client: httpx.AsyncClient, model: str, action: str) -> httpx.URL:
    return address(client, f"v1beta/models/{quote(model.removeprefix('models/'), safe='')}:{action}")
