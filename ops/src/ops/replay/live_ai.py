"""Asks the configured AI what nobody has asked before. In the parent alone: what decides reaches nobody."""

import asyncio
import time
from typing import Any, Self

from ai_router.adapters.openai import OpenAI
from ai_router.ports import NoAnswer
from ai_router.settings import AiRouterSettings
from chassis.http.client import vendor_client
from chassis.settings import load
from contracts.completions import Answer, CompletionFailed, CompletionGenerated, CompletionRequested
from contracts.envelope import Event
from contracts.model import Data


class NoVendor(Exception):
    """No AI is configured; the message says what to set."""


class LiveAi:
    """The vendor of the AI router's settings; asked from several threads."""

    def __init__(self, settings: AiRouterSettings) -> None:
        self._settings = settings

    @classmethod
    def configured(cls) -> Self:
        """Raises NoVendor."""
        settings = load(AiRouterSettings)
        if not settings.openai_key:
            raise NoVendor("no AI is configured: set BELLHOP_OPENAI_API_KEYS, or leave --live-ai out")
        return cls(settings)

    @property
    def name(self) -> str:
        return f"{self._settings.openai_model} at {self._settings.openai_base_url}"

    def answer(self, request: Event[Any]) -> Data | None:
        """What the AI says, or why it says nothing; None to what is no question to an AI."""
        if not isinstance(request.data, CompletionRequested):
            return None
        try:
            return asyncio.run(self._ask(request))
        except NoAnswer as failure:
            return CompletionFailed(request_id=request.id, reason=failure.reason, detail=failure.detail)

    async def _ask(self, request: Event[CompletionRequested]) -> CompletionGenerated:
        chosen, started = self._settings, time.perf_counter()
        async with vendor_client(chosen.openai_base_url, chosen.openai_timeout) as client:
            openai = OpenAI(
                client, chosen.openai_key, deadline=chosen.openai_timeout, concurrency=1,
                token_limit=chosen.openai_token_limit,
            )  # fmt: skip
            done = await openai.complete(request.data, chosen.openai_model)
        return CompletionGenerated(
            request_id=request.id, vendor="openai", model=done.model, input_tokens=done.input_tokens,
            output_tokens=done.output_tokens, seconds=round(time.perf_counter() - started, 3),
            personal=Answer(text=done.text),
        )  # fmt: skip
