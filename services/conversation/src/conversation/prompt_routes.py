"""The house's prompts, and a text filled in for a business. For Bellhop's own services alone."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from chassis.clock import utc_now
from chassis.http.internal import internal_only
from contracts.prompts import PromptText
from contracts.tenants import Language
from conversation.domain.phrases import Phrases
from conversation.domain.prompts import filled, house
from conversation.domain.turn import Scene
from conversation.ports import Tenants

router = APIRouter(prefix="/internal", dependencies=[Depends(internal_only)])

_NO_EVENT = UUID(int=0)


class Wish(BaseModel):
    """A prompt to fill in, and the customer's language."""

    text: PromptText
    language: Language


@router.get("/prompts")
async def house_prompts() -> dict[str, Any]:
    """By purpose, version and language."""
    known = house().items()
    return {purpose: {name: one.model_dump() for name, one in found.items()} for purpose, found in known}


@router.post("/tenants/{tenant}/prompts/filled")
async def fill(request: Request, tenant: str, wish: Wish) -> dict[str, str]:
    """What an AI would be told now. Raises a 503 problem while the business is not known here (yet)."""
    tenants: Tenants = request.app.state.tenants
    config = (await tenants.current(tenant)).config
    now = utc_now().astimezone(config.zone)
    scene = Scene(config, now, _NO_EVENT, Phrases(wish.language, config, now.date()))
    return {"text": filled(wish.text, scene)}
