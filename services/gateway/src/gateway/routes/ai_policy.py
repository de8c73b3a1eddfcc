"""The AI policy for administrators: which models answer, in which order, and the budgets."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from pydantic import Field

from chassis.errors import TransientError
from chassis.http.problems import Problem
from contracts.ai import AiPolicy
from gateway.adapters.ai_policy import PolicyMoved
from gateway.adapters.internal_reads import ReadRefused
from gateway.channels.json_body import cleaned
from gateway.domain.policy_mistakes import policy_mistakes, vendors_of
from gateway.domain.tenant_file import Mistake, mistakes_in
from gateway.routes.authentication import Administrator, administrator
from gateway.routes.parts import FromGateway, Gateway
from gateway.routes.reads import refusal

router = APIRouter(prefix="/api/v1/ai/policy", tags=["ai"], dependencies=[Depends(administrator)])


@router.get("")
async def policy(gateway: FromGateway) -> Any:
    """The policy and its version; version 0 is Bellhop's own, while none was set.

    `in_force` is the version that the AI router goes by, `unpriced` its models whose price is not known, so
    that no budget feels them; both null while it cannot be asked.
    """
    found = await gateway.ai_policies.get()
    if found is None:
        own = await _read(gateway, "/internal/ai/policy")
        nobody = {"version": 0, "set_at": None, "set_by": None}
        return {**nobody, **_in_force(own), "policy": own["own"]}
    told = {"version": found.version, "set_at": found.changed_at, "set_by": found.by}
    return {**told, **_in_force(await _gone_by(gateway)), "policy": found.policy}


@router.put("", responses={409: {}})
async def set_policy(
    content: Annotated[dict[str, Any], Body()],
    gateway: FromGateway,
    who: Administrator,
    replaces: Annotated[int | None, Field(ge=0)] = None,
) -> dict[str, Any]:
    """Takes the whole policy and publishes it. Repeating it is safe.

    With `replaces` it is set only while that version is the newest (0: none was set), else 409.
    """
    wanted = _readable(content)
    if found := policy_mistakes(wanted, await _vendors(gateway)):
        raise _mistaken(found)
    try:
        done = await gateway.ai_policies.set(wanted, who.email, replaces)
    except PolicyMoved as moved:
        detail = "Somebody else has set it: look at it, then set it again"
        raise Problem(409, str(moved).capitalize(), detail) from None
    return {"version": done.version}


def _readable(content: dict[str, Any]) -> AiPolicy:
    """Raises a 422 problem that names every mistake."""
    try:
        wanted = cleaned(content)
    except ValueError as error:
        raise Problem(422, "The policy cannot be used", str(error)) from None
    if found := mistakes_in(AiPolicy, wanted):
        raise _mistaken(found)
    return AiPolicy.model_validate(wanted)


async def _vendors(gateway: Gateway) -> frozenset[str]:
    """All that a policy may name; none while the AI router cannot be asked.

    Those of the policy in force may stay: one whose settings are gone keeps nobody from switching others.
    """
    try:
        own = AiPolicy.model_validate((await _read(gateway, "/internal/ai/policy"))["own"])
        with_keys = (await _read(gateway, "/internal/ai"))["vendors"]
    except (Problem, TransientError):
        return frozenset()
    before = await gateway.ai_policies.get()
    known = vendors_of(own) | (vendors_of(before.policy) if before else frozenset())
    return known | {one["vendor"] for one in with_keys}


async def _gone_by(gateway: Gateway) -> dict[str, Any]:
    """What the AI router tells of the policy it goes by; nothing while it cannot be asked."""
    try:
        told: dict[str, Any] = await _read(gateway, "/internal/ai/policy")
    except (Problem, TransientError):
        return {}
    return told


def _in_force(told: dict[str, Any]) -> dict[str, Any]:
    return {"in_force": told.get("version"), "unpriced": told.get("unpriced")}


async def _read(gateway: Gateway, path: str) -> Any:
    try:
        return await gateway.ai_router.get(path)
    except ReadRefused as refused:
        raise refusal(refused) from refused


def _mistaken(mistakes: tuple[Mistake, ...]) -> Problem:
    errors = [{"field": one.field, "problem": one.what} for one in mistakes]
    return Problem(422, "The policy cannot be used", errors=errors)
