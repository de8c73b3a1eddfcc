"""Asks the configured AIs what nobody has asked before. In the parent alone: what decides reaches nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from ai_router.adapters.model_table import UnreadableTable
from ai_router.alone import RouterAlone, router_alone
from ai_router.answering import failed, generated
from ai_router.settings import AiRouterSettings
from ai_router.vendors import named
from chassis.settings import load
from contracts.completions import CompletionRequested
from contracts.envelope import Event
from contracts.model import Data

_NOBODY = "no AI is configured: set BELLHOP_OPENAI_API_KEYS or another vendor's keys, or leave --live-ai out"


class NoVendor(Exception):
    """No AI is configured; the message says what to set."""


@dataclass(frozen=True)
class LiveAi:
    """The vendors of the AI router's settings, by Bellhop's own policy; asked from several threads.

    How the vendors do stays here: the running product hears nothing of it.
    """

    name: str
    _portal: BlockingPortal
    _router: RouterAlone

    @classmethod
    @contextmanager
    def configured(cls) -> Iterator[Self]:
        """Answers as long as it is open. Raises NoVendor."""
        settings = load(AiRouterSettings)
        vendors = named(settings)
        if not vendors:
            raise NoVendor(_NOBODY)
        name = ", ".join(vendor.name for vendor in vendors)
        try:
            with (
                start_blocking_portal() as portal,
                portal.wrap_async_context_manager(router_alone(settings)) as router,
            ):
                yield cls(name, portal, router)
        except UnreadableTable as problem:
            raise NoVendor(str(problem)) from None

    def answer(self, request: Event[Any]) -> Data | None:
        """What an AI says, or why none does; None to what is no question to an AI."""
        if not isinstance(request.data, CompletionRequested):
            return None
        asked = self._portal.call(self._router.ask, request.data, request.id)
        return generated(request, asked, asked.made) if asked.made else failed(request, asked)
