"""The AI router's internal API, for administrators by way of the gateway."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from ai_router.adapters.faulty import FaultKind, Faulty
from ai_router.adapters.model_table import Pricing
from ai_router.adapters.policy_documents import PolicyDocuments
from ai_router.operation.checks import Checks, UnknownKey
from ai_router.operation.overview import LaneName, Overviews
from ai_router.operation.trials import Trials, Wanted
from ai_router.operation.usage import Usage
from chassis.http.internal import internal_only
from chassis.http.problems import Problem
from contracts.ai import AiPolicy, Purpose

router = APIRouter(prefix="/internal/ai", dependencies=[Depends(internal_only)])


@dataclass(frozen=True)
class Desk:
    """What the routes work with. `own`: Bellhop's policy, until one is set."""

    overviews: Overviews
    usage: Usage
    checks: Checks
    trials: Trials
    policies: PolicyDocuments
    prices: Pricing
    own: AiPolicy


async def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


FromDesk = Annotated[Desk, Depends(_desk)]


class Checking(BaseModel):
    """Which key, by its alias; None: all."""

    key: str | None = None


class Fault(BaseModel):
    """How a vendor fails."""

    vendor: str
    kind: FaultKind


class Trial(BaseModel):
    """A question. `first`: the vendor or vendor/model that is asked before the others."""

    question: str
    purpose: Purpose = "answer"
    lane: LaneName = "live"
    first: str | None = None
    fault: Fault | None = None


@router.get("")
async def overview(desk: FromDesk, lane: LaneName = "live") -> dict[str, Any]:
    """Vendors with their keys, circuits that are not closed, and the last minutes' calls."""
    return await desk.overviews.look(lane)


@router.get("/usage")
async def usage(
    desk: FromDesk,
    tenant: Annotated[list[str], Query()],
    since: date | None = None,
    until: date | None = None,
) -> dict[str, Any]:
    """What these businesses have spent, by day, model, key, purpose and prompt, and their budgets."""
    try:
        return await desk.usage.tell(tenant, since, until)
    except ValueError as error:
        raise Problem(422, str(error).capitalize()) from None


@router.get("/questions")
async def questions(
    desk: FromDesk,
    tenant: Annotated[list[str], Query()],
    conversation: str,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """The latest questions of a conversation, the newest first: what each cost and what became of it."""
    return {"items": await desk.usage.questions(tenant, conversation, limit)}


@router.get("/policy")
async def policy(desk: FromDesk) -> dict[str, Any]:
    """Which version is in force (0: Bellhop's own), its models of unknown price, and Bellhop's own."""
    return {
        "version": await desk.policies.version(),
        "unpriced": desk.prices.unpriced(await desk.policies.installation()),
        "own": desk.own.model_dump(mode="json"),
    }


@router.post("/check")
async def check(wish: Checking, desk: FromDesk) -> dict[str, Any]:
    """One small call per key. A key that works is used again."""
    try:
        return {"items": await desk.checks.check(await desk.policies.installation(), wish.key)}
    except UnknownKey as unknown:
        raise Problem(422, str(unknown).capitalize()) from None


@router.post("/trial")
async def trial(wish: Trial, desk: FromDesk) -> dict[str, Any]:
    """Has a question answered, and tells every attempt."""
    if wish.fault and wish.lane != "shadow":
        raise Problem(422, "A vendor is made to fail in the shadow lane alone")
    if wish.fault and wish.fault.vendor not in desk.trials.shadow.vendors:
        raise Problem(422, f"No vendor called {wish.fault.vendor} has a key")
    faults = {wish.fault.vendor: Faulty(wish.fault.kind)} if wish.fault else {}
    chosen = desk.trials.beside(faults) if wish.lane == "shadow" else desk.trials.live
    wanted = Wanted(wish.question, wish.purpose, wish.first or "")
    return await desk.trials.ask(wanted, await desk.policies.installation(), chosen)
