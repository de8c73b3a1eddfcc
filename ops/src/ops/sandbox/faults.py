"""Faults that a vendor can be told to have."""

import asyncio
from dataclasses import dataclass, field
from math import floor
from typing import Final, Literal, get_args

FaultKind = Literal[
    "rate_limited", "server_error", "timeout", "overloaded", "slow", "cut", "malformed", "wrong_schema",
    "unauthorized", "no_credit", "refused",
]  # fmt: skip
CHANNEL_FAULTS: Final[tuple[FaultKind, ...]] = ("rate_limited", "server_error", "timeout")
"""What the vendors of channels play."""
AI_FAULTS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)
"""What the vendors of AI play: all."""

LONGEST_HANG = 120.0
"""Seconds; longer than any sender waits."""
SLOW_SECONDS = 20.0
"""What a slow answer takes when nothing else is said."""


@dataclass
class Fault:
    """How a vendor fails: for the next `times` calls, or until it is healed.

    `retry_after` in seconds (None: the vendor does not say), `seconds` is how long it hangs or drips, `part`
    the fraction of calls that meet it, evenly spread. `model` and `key` (how it ends) narrow it to these.
    """

    kind: FaultKind
    times: int | None = None
    retry_after: int | None = 2
    seconds: float | None = None
    part: float = 1.0
    model: str = ""
    key: str = ""
    healed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _fitting: int = field(default=0, repr=False)

    def meets(self, model: str, key: str) -> bool:
        """Whether this very call meets it; each call it fits is counted."""
        if not key.endswith(self.key) or self.model not in ("", model):
            return False
        self._fitting += 1
        return _whole(self._fitting * self.part) > _whole((self._fitting - 1) * self.part)

    async def hang(self) -> None:
        """Returns when it is healed, or after its seconds."""
        await self.wait(LONGEST_HANG if self.seconds is None else self.seconds)

    async def wait(self, seconds: float) -> None:
        """So many seconds, less when it is healed meanwhile."""
        try:
            await asyncio.wait_for(self.healed.wait(), seconds)
        except TimeoutError:
            return


class Faults:
    """Which vendor has which fault now."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}

    def set(self, vendor: str, fault: Fault, lasts: float | None = None) -> None:
        """Gives a vendor this fault in place of what it had. After `lasts` seconds it ends by itself."""
        self.heal(vendor)
        self._faults[vendor] = fault
        if lasts is not None:
            asyncio.get_running_loop().call_later(lasts, self._end, vendor, fault)

    def heal(self, vendor: str) -> None:
        """Ends a vendor's fault; calls that hang in it end too."""
        if fault := self._faults.pop(vendor, None):
            fault.healed.set()

    def heal_all(self) -> None:
        """Ends all faults."""
        for vendor in tuple(self._faults):
            self.heal(vendor)

    def _end(self, vendor: str, fault: Fault) -> None:
        if self._faults.get(vendor) is fault:  # not another one that was set meanwhile
            self.heal(vendor)

    def now(self, vendor: str) -> Fault | None:
        """The fault a vendor has, without using it up."""
        return self._faults.get(vendor)

    def meet(self, vendor: str, model: str = "", key: str = "") -> Fault | None:
        """The fault this very call meets, used up by one; None when all is well."""
        fault = self._faults.get(vendor)
        if fault is None or not fault.meets(model, key):
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._faults[vendor]
        return fault

    async def strike(self, vendor: str) -> Fault | None:
        """The same, after hanging if it is to hang."""
        fault = self.meet(vendor)
        if fault and fault.kind == "timeout":
            await fault.hang()
        return fault


def _whole(number: float) -> int:
    return floor(number + 1e-9)  # 0.29 * 100 is 28.999999999999996
