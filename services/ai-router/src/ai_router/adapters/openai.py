"""OpenAI and whoever speaks its language: POST {base}/chat/completions (OpenAI API, 2026)."""

import asyncio
from typing import Any, Final, Literal

import httpx

from ai_router.ports import Completion, NoAnswer
from contracts.completions import CompletionRequested, FailureReason, Prompt

TokenLimit = Literal["max_completion_tokens", "max_tokens"]

_CONNECT_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.2

_REASONS: Final[dict[int, FailureReason]] = {
    401: "refused_key",
    402: "refused_key",  # OpenRouter: the credit is used up
    403: "refused_key",
    408: "timeout",
    429: "rate_limited",
}


class OpenAI:
    """`deadline` is for the whole of one answer, in seconds; `concurrency` calls are made at once.

    `token_limit` names the member that limits the answer: OpenAI's newer models know only
    `max_completion_tokens`, many compatible servers only `max_tokens`.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        key: str,
        *,
        deadline: float,
        concurrency: int,
        token_limit: TokenLimit,
    ) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}
        self._deadline = deadline
        self._places = asyncio.Semaphore(concurrency)
        self._token_limit = token_limit

    async def complete(self, request: CompletionRequested, model: str) -> Completion:
        """See ports.Vendor."""
        body = {
            "model": model,
            "messages": messages(request.personal),
            self._token_limit: request.max_tokens,
        }
        async with self._places:
            response = await self._post(body)
        return _completion(response, model)

    async def _post(self, body: dict[str, Any]) -> httpx.Response:
        try:
            async with asyncio.timeout(self._deadline):
                try:
                    return await self._once(body)
                except httpx.ConnectError:
                    # Nothing was asked yet, so asking again costs nothing.
                    await asyncio.sleep(_PAUSE_SECONDS)
                    return await self._once(body)
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout):
            raise NoAnswer("timeout", f"no answer within {self._deadline:g} s") from None
        except httpx.TransportError as error:
            raise NoAnswer("unreachable", type(error).__name__) from None

    async def _once(self, body: dict[str, Any]) -> httpx.Response:
        patience = httpx.Timeout(self._deadline, connect=_CONNECT_SECONDS)
        return await self._client.post("chat/completions", json=body, headers=self._headers, timeout=patience)


def messages(prompt: Prompt) -> list[dict[str, str]]:
    """The prompt as the chat that the API expects."""
    roles = {"customer": "user", "business": "assistant"}
    talk = [{"role": roles[turn.role], "content": turn.text} for turn in prompt.turns]
    return [{"role": "system", "content": prompt.instructions}, *talk]


def _completion(response: httpx.Response, model: str) -> Completion:
    content = _json_of(response)
    error = content.get("error")
    if response.is_error or error:
        raise _failure(response.status_code, error if isinstance(error, dict) else {})
    text, finish = _first_choice(content)
    if finish in ("length", "content_filter"):
        raise NoAnswer("cut_off", f"finish_reason {finish}")
    if not text.strip():
        raise NoAnswer("cut_off", f"empty answer, finish_reason {finish}")
    usage = content.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Completion(
        text=text.strip(),
        model=str(content.get("model") or model),
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def _json_of(response: httpx.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        content = None
    if isinstance(content, dict):
        return content
    if response.is_error:
        return {}
    raise NoAnswer("overloaded", f"status {response.status_code} without a readable body")


def _first_choice(content: dict[str, Any]) -> tuple[str, str]:
    try:
        choice = content["choices"][0]
        return str(choice["message"].get("content") or ""), str(choice.get("finish_reason"))
    except (KeyError, IndexError, TypeError, AttributeError):
        raise NoAnswer("overloaded", "an answer without choices") from None


def _failure(status: int, error: dict[str, Any]) -> NoAnswer:
    """By the status, or by the code of an error that came with status 200, as OpenRouter does it.

    The vendor's sentence is left out: it may repeat the key or what a customer wrote.
    """
    code = error.get("code")
    if status < 400:
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
    reason = _REASONS.get(status, "overloaded" if status >= 500 else "bad_request")
    marks = [str(mark) for mark in (error.get("type"), code) if mark]
    return NoAnswer(reason, " ".join([f"status {status}", *marks])[:200])


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None
