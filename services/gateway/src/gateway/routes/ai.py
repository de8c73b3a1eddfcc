"""The AI router for administrators: how it is, what it costs, its keys and drills."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from contracts import channels
from contracts.ai import Purpose
from contracts.model import Slug
from gateway.adapters.internal_reads import ReadRefused
from gateway.routes.authentication import administrator
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


class Conversation(BaseModel):
    """Whose questions: by the conversation's id, and its business; left out: whichever it belongs to."""

    tenant: Slug | None = None
    conversation: Annotated[str, Field(min_length=1, max_length=200)]
    limit: Annotated[int, Field(ge=1, le=500)] = 50


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
    days = span.model_dump(mode="json", include={"since", "until"}, exclude_none=True)
    return await _read(gateway, "/internal/ai/usage", [*await _whose(gateway, span.tenant), *days.items()])


@router.get("/questions")
async def questions(wanted: Annotated[Conversation, Query()], gateway: FromGateway) -> Any:
    """The latest questions of a conversation, the newest first: who answered, what it cost, its verdict.

    No word of what was said: /api/v1/timeline/{conversation} has that. US dollars.
    """
    query = [("conversation", wanted.conversation), ("limit", str(wanted.limit))]
    return await _read(gateway, "/internal/ai/questions", [*await _whose(gateway, wanted.tenant), *query])


@router.post("/check")
async def check(wish: Checking, gateway: FromGateway) -> Any:
    """Try keys with one small call each. One that works is used again, also if it was retired."""
    return await _ask(gateway, "/internal/ai/check", wish)


@router.post("/trial")
async def trial(wish: Trial, gateway: FromGateway) -> Any:
    """Have a question answered, and see every attempt. 503 only if the AI router itself is away."""
    return await _ask(gateway, "/internal/ai/trial", wish)


async def _whose(gateway: Gateway, tenant: str | None) -> list[tuple[str, str]]:
    tenants = [tenant] if tenant else [*await gateway.records.ids(), channels.SYSTEM]
    return [("tenant", one) for one in tenants]


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
