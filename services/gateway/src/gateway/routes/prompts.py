"""What an AI is told for a business: the versions, which is in force, and how they read filled in."""

from typing import Any

from fastapi import APIRouter

from contracts.tenants import Language
from gateway.domain.prompt_changes import DRAFT
from gateway.routes.parts import FromGateway
from gateway.routes.prompt_desk import AtDesk, Desk, Named, Stored

router = APIRouter(prefix="/api/v1/tenants/{tenant}/prompts", tags=["prompts"])


@router.get("")
async def prompts(record: Stored, gateway: FromGateway) -> dict[str, Any]:
    """Each purpose: its versions with their texts, which is in force, draft, split, and the earlier ones.

    The house's versions are called 1, 2, …, the business's own own-1, own-2, … `preview` is the draft (else
    the version in force) filled in, as an AI would be told it now.
    """
    items = []
    for purpose, house in (await gateway.prompts.house()).items():
        desk = Desk(record.config, purpose, house, gateway.prompts)
        preview = await desk.preview(DRAFT, None)
        items.append({**desk.shown(), "versions": desk.versions(), "preview": preview})
    return {"version": record.version, "items": items}


@router.get("/{purpose}/preview")
async def preview(desk: AtDesk, version: Named = DRAFT, language: Language | None = None) -> dict[str, Any]:
    """A version (else the draft, else what is in force) filled in, as an AI would be told it now."""
    return await desk.preview(version, language)
