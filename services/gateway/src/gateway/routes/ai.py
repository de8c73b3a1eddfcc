"""The AI router for administrators: how it is, what it costs, its policy, its keys and drills."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import TransientError
from chassis.http.problems import Problem
from contracts import channels
from contracts.ai import AiPolicy, Purpose
from contracts.model import Slug
from gateway.adapters.ai_policy import PolicyMoved
from gateway.adapters.internal_reads import ReadRefused
from gateway.channels.json_body import cleaned
from gateway.domain.tenant_file import Mistake, mistakes_in
from gateway.routes.authentication import Administrator, administrator
from gateway.routes.parts import FromGateway, Gateway
from gateway.routes.reads import refusal

_CALL_SECONDS: Final = 90.0  # a vendor that hangs is part of what is looked for

Lane = Literal["live", "shadow"]
router = APIRouter(prefix="/api/v1/ai", tags=["ai"], dependencies=[Depends(administrator)])


class Span(BaseModel):
    """Whose spending, and of which days; left out: everybody's, of this month."""

    tenant: Slug | None = None
    since: date | None = None
    until: date | None = None


class Checking(BaseModel):
    """Which key is tried, by its alias; left out: all, one after the other."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(max_length=80)] | None = None


class Fault(BaseModel):
    """How a vendor fails in the shadow lane, where nobody else feels it."""

    model_config = ConfigDict(extra="forbid")

    vendor: Slug
    kind: Literal["429", "500", "timeout", "slow", "cut"]


class Trial(BaseModel):
    """A question that is answered for the one who asks alone, and costs what it costs.

    `first`: the vendor ("openai") or model ("openai/gpt-4o-mini") that is asked before the others.
    """

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(min_length=1, max_length=2000)]
    purpose: Purpose = "answer"
    lane: Lane = "live"
    first: Annotated[str | None, Field(max_length=300)] = None
    fault: Fault | None = None


@router.get("")
async def overview(gateway: FromGateway, lane: Lane = "live") -> Any:
    """Vendors with their keys (by alias and last four characters), circuits, and the last minutes' calls."""
    return await _read(gateway, "/internal/ai", [("lane", lane)])


@router.get("/usage")
async def usage(span: Annotated[Span, Query()], gateway: FromGateway) -> Any:
    """What was spent by day, model, key and prompt version from `since` to `until`, and every budget.

    Days are those of each business's own time zone; `until` is the last of them. US dollars. What trials
    cost belongs to no business, but to the tenant `bellhop`.
    """
    tenants = [span.tenant] if span.tenant else [*await gateway.records.ids(), channels.SYSTEM]
    days = span.model_dump(mode="json", include={"since", "until"}, exclude_none=True)
    return await _read(gateway, "/internal/ai/usage", [*(("tenant", one) for one in tenants), *days.items()])


@router.post("/check")
async def check(wish: Checking, gateway: FromGateway) -> Any:
    """Try keys with one small call each. One that works is used again, also if it was retired."""
    return await _ask(gateway, "/internal/ai/check", wish)


@router.post("/trial")
async def trial(wish: Trial, gateway: FromGateway) -> Any:
    """Have a question answered, and see every attempt. 503 only if the AI router itself is away."""
    return await _ask(gateway, "/internal/ai/trial", wish)


@router.get("/policy")
async def policy(gateway: FromGateway) -> Any:
    """The policy and its version; version 0 is Bellhop's own, while none was set.

    `in_force` is the version that the AI router goes by; null while it cannot be asked.
    """
    found = await gateway.ai_policies.get()
    if found is None:
        own = await _read(gateway, "/internal/ai/policy")
        nobody = {"version": 0, "set_at": None, "set_by": None}
        return {**nobody, "in_force": own["version"], "policy": own["own"]}
    told = {"version": found.version, "set_at": found.changed_at, "set_by": found.by}
    return {**told, "in_force": await _in_force(gateway), "policy": found.policy}


@router.put("/policy", responses={409: {}})
async def set_policy(
    content: Annotated[dict[str, Any], Body()],
    gateway: FromGateway,
    who: Administrator,
    replaces: Annotated[int | None, Field(ge=0)] = None,
) -> dict[str, Any]:
    """Takes the whole policy and publishes it. Repeating it is safe.

    With `replaces` it is set only while that version is the newest (0: none was set), else 409.
    """
    try:
        wanted = cleaned(content)
    except ValueError as error:
        raise Problem(422, "The policy cannot be used", str(error)) from None
    if found := mistakes_in(AiPolicy, wanted):
        raise _mistaken(found)
    try:
        done = await gateway.ai_policies.set(AiPolicy.model_validate(wanted), who.email, replaces)
    except PolicyMoved as moved:
        detail = "Somebody else has set it: look at it, then set it again"
        raise Problem(409, str(moved).capitalize(), detail) from None
    return {"version": done.version}


async def _in_force(gateway: Gateway) -> int | None:
    try:
        told: int = (await _read(gateway, "/internal/ai/policy"))["version"]
    except (Problem, TransientError):
        return None
    return told


async def _read(gateway: Gateway, path: str, query: list[tuple[str, str]] | None = None) -> Any:
    try:
        return await gateway.ai_router.get(path, query or [])
    except ReadRefused as refused:
        raise refusal(refused) from refused


async def _ask(gateway: Gateway, path: str, wish: BaseModel) -> Any:
    try:
        return await gateway.ai_router.post(path, wish.model_dump(mode="json"), within=_CALL_SECONDS)
    except ReadRefused as refused:
        raise refusal(refused) from refused


def _mistaken(mistakes: tuple[Mistake, ...]) -> Problem:
    errors = [{"field": one.field, "problem": one.what} for one in mistakes]
    return Problem(422, "The policy cannot be used", errors=errors)
