"""The sandbox's faults over HTTP: make a vendor fail, and well again."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chassis.http.problems import Problem
from ops.sandbox.faults import CHANNEL_FAULTS, Fault, FaultKind, Faults


class FaultWanted(BaseModel):
    """A fault for the next `times` calls, or without it until it is taken back; for `lasts` seconds at most.

    `retry_after` in seconds, null: the vendor does not say. `seconds`: how long it hangs or drips. `part`:
    the fraction of calls that meet it, evenly spread. `model`, `key` (how it ends): calls with these alone.
    """

    model_config = ConfigDict(extra="forbid")

    vendor: str
    kind: FaultKind
    times: Annotated[int | None, Field(ge=1)] = None
    retry_after: Annotated[int | None, Field(ge=0, le=3600)] = 2
    seconds: Annotated[float | None, Field(gt=0, le=3600)] = None
    part: Annotated[float, Field(gt=0, le=1)] = 1.0
    model: str = ""
    key: str = ""
    lasts: Annotated[float | None, Field(gt=0, le=86_400)] = None

    def fault(self) -> Fault:
        """The fault itself."""
        return Fault(**self.model_dump(exclude={"vendor", "lasts"}))


def fault_routes(faults: Faults, channels: tuple[str, ...], ai_vendors: tuple[str, ...]) -> APIRouter:
    """/sandbox/faults."""
    router = APIRouter(prefix="/sandbox", tags=["sandbox"])
    vendors = (*channels, *ai_vendors)

    def known(vendor: str) -> str:
        if vendor not in vendors:
            raise Problem(404, "No such vendor", f"there are {', '.join(vendors)}")
        return vendor

    @router.get("/faults")
    async def now() -> dict[str, Any]:
        """Which vendor fails now, and how."""
        return {name: _shown(faults.now(name)) for name in vendors}

    @router.post("/faults", status_code=201)
    async def fail(wanted: FaultWanted) -> dict[str, Any]:
        """Makes a vendor fail."""
        if known(wanted.vendor) in channels:
            _check_channel(wanted)
        faults.set(wanted.vendor, wanted.fault(), wanted.lasts)
        return {wanted.vendor: _shown(faults.now(wanted.vendor))}

    @router.delete("/faults", status_code=204)
    async def heal(vendor: str | None = None) -> None:
        """Makes one vendor well again, or all."""
        for name in vendors if vendor is None else (known(vendor),):
            faults.heal(name)

    return router


def _check_channel(wanted: FaultWanted) -> None:
    """Raises Problem when a channel cannot play it."""
    if wanted.kind not in CHANNEL_FAULTS:
        raise Problem(
            422, "No such fault here", f"{wanted.vendor} is a channel: it plays {', '.join(CHANNEL_FAULTS)}"
        )
    if wanted.model or wanted.key or wanted.retry_after is None:
        raise Problem(
            422,
            "No such fault here",
            f"{wanted.vendor} is a channel: it has neither models nor keys, and says when to come back",
        )


def _shown(fault: Fault | None) -> dict[str, Any] | None:
    if fault is None:
        return None
    names = ("kind", "times", "retry_after", "seconds", "part", "model", "key")
    return {name: getattr(fault, name) for name in names}
