"""A vendor that fails as it is told, and asks nobody: what the shadow lane has in a real one's place."""

import asyncio
from typing import Final, Literal

from ai_router.domain.completion import Completion, Usage
from ai_router.domain.failures import CutOff, Overloaded, RateLimited, TimedOut, VendorFailure
from ai_router.domain.ways import Key
from contracts.completions import CompletionRequested

FaultKind = Literal["429", "500", "timeout", "slow", "cut"]

_QUICKLY: Final = 0.1
_SLOW_SHARE: Final = 0.9
"""Seconds until a failure comes, and how much of the patience a slow answer takes."""


class Faulty:
    """See ports.Vendor."""

    def __init__(self, kind: FaultKind) -> None:
        self._kind = kind

    async def complete(
        self,
        request: CompletionRequested,  # noqa: ARG002  nobody reads it
        model: str,
        key: Key,  # noqa: ARG002  nor shows a key
        patience: float,
    ) -> Completion:
        """A slow answer, or VendorFailure."""
        await asyncio.sleep(self._seconds(patience))
        if self._kind == "slow":
            return Completion("A slow answer.", model, Usage(0, 0))
        raise self._failure()

    def _seconds(self, patience: float) -> float:
        match self._kind:
            case "timeout":
                return patience
            case "slow":
                return patience * _SLOW_SHARE
            case _:
                return _QUICKLY

    def _failure(self) -> VendorFailure:
        match self._kind:
            case "429":
                return RateLimited("a drill")
            case "timeout":
                return TimedOut("a drill")
            case "cut":
                return CutOff("a drill")
            case _:
                return Overloaded("a drill")
