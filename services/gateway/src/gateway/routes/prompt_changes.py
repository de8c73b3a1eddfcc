"""Changing what an AI is told for a business: a draft, publishing it, going back, a part of the customers.

Each change is a new version of the business's configuration. Repeating one is safe, but for a rollback.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from contracts.prompts import PromptTexts
from gateway.domain import prompt_changes as changes
from gateway.domain.prompt_changes import DRAFT
from gateway.routes.prompt_desk import AtDesk, Named

router = APIRouter(prefix="/api/v1/tenants/{tenant}/prompts/{purpose}", tags=["prompts"])


class Draft(BaseModel):
    """Texts by language (`any`, `it`, `en`, `fr`), or one text for all.

    The languages not given are taken from `based_on`: a version, or `draft`: the draft so far, else the
    version in force. null: from nothing.
    """

    model_config = ConfigDict(extra="forbid")

    texts: PromptTexts | None = None
    based_on: Named | None = DRAFT


class Publication(BaseModel):
    """A version, the `draft`, or `house`: its newest, whichever that is."""

    model_config = ConfigDict(extra="forbid")

    version: Named = DRAFT


class Split(BaseModel):
    """So many of a hundred conversations get a version, or the `draft`."""

    model_config = ConfigDict(extra="forbid")

    version: Named
    percent: Annotated[int, Field(ge=0, le=100)]


@router.put("/draft")
async def draft(wish: Draft, desk: AtDesk) -> dict[str, Any]:
    """Write a draft. No AI is told it; previews show it."""
    return await desk.change(lambda now: changes.drafted(now, wish.texts, wish.based_on, desk.house))


@router.delete("/draft")
async def drop_draft(desk: AtDesk) -> dict[str, Any]:
    """Give the draft up."""
    return await desk.change(changes.undrafted)


@router.post("/publish")
async def publish(desk: AtDesk, wish: Publication | None = None) -> dict[str, Any]:
    """All conversations get the draft, which becomes a version, or the version named. A split ends."""
    version = (wish or Publication()).version
    return await desk.change(lambda now: changes.published(now, version, desk.house))


@router.post("/rollback")
async def rollback(desk: AtDesk) -> dict[str, Any]:
    """All conversations get what was published before; ten steps back are kept. A split ends."""
    return await desk.change(changes.rolled_back)


@router.put("/split")
async def split(wish: Split, desk: AtDesk) -> dict[str, Any]:
    """A part of the conversations gets another version, always the same ones. A larger part holds them."""
    return await desk.change(lambda now: changes.divided(now, wish.version, wish.percent, desk.house))


@router.delete("/split")
async def end_split(desk: AtDesk) -> dict[str, Any]:
    """All conversations get the version in force."""
    return await desk.change(changes.undivided)
