"""Faults that a vendor can be told to have."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["rate_limited", "server_error", "timeout"]

LONGEST_HANG = 120.0
"""Seconds; longer than any sender waits."""


@dataclass
class Fault:
    """How a vendor fails: for the next `times` calls, or until it is healed. `retry_after` in seconds."""

    kind: FaultKind
    times: int | None = None
    retry_after: int = 2
    healed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)


class Faults:
    """Which vendor has which fault now."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}

    def set(self, vendor: str, fault: Fault) -> None:
        """Gives a vendor this fault in place of what it had."""
        self.heal(vendor)
        self._faults[vendor] = fault

    def heal(self, vendor: str) -> None:
        """Ends a vendor's fault; calls that hang in it end too."""
        if fault := self._faults.pop(vendor, None):
            fault.healed.set()

    def now(self, vendor: str) -> Fault | None:
        """The fault a vendor has, without using it up."""
        return self._faults.get(vendor)

    async def strike(self, vendor: str) -> Fault | None:
        """The fault this very call meets, after hanging if it is to hang; None when all is well."""
        fault = self._faults.get(vendor)
        if fault is None:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._faults[vendor]
        if fault.kind == "timeout":
            await _hang(fault)
        return fault


async def _hang(fault: Fault) -> None:
    try:
        await asyncio.wait_for(fault.healed.wait(), LONGEST_HANG)
    except TimeoutError:
        return
