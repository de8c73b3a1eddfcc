"""The sandbox over HTTP, for tests: type on a phone, read its screen."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, model_validator

from chassis.http.problems import Problem
from ops.sandbox.channels.channel import Channel, World
from ops.sandbox.phones import Bubble, Phone


class Said(BaseModel):
    """What a customer does: types `text` or taps `choice` (the id of an option). `name` is their own."""

    text: Annotated[str | None, Field(min_length=1, max_length=4096)] = None
    choice: str | None = None
    name: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise ValueError("give text or choice")
        return self


Address = Annotated[str, Path(pattern=r"^[0-9]{1,20}$")]


def control_routes(world: World, channels: tuple[Channel, ...]) -> APIRouter:
    """All routes under /sandbox/phones."""
    router = APIRouter(prefix="/sandbox", tags=["sandbox"])
    by_name = {one.name: one for one in channels}

    def channel_and_phone(name: str, tenant: str, address: str) -> tuple[Channel, Phone]:
        channel, business = by_name.get(name), world.businesses.get(tenant)
        if channel is None or business is None or not channel.serves(business):
            raise Problem(404, "No such phone", f"{tenant} is not reached over {name} here")
        return channel, world.phones.get(name, business, address)

    @router.get("/phones/{channel}/{tenant}/{address}/messages")
    async def messages(channel: str, tenant: str, address: Address) -> dict[str, Any]:
        """All that the screen shows, oldest first."""
        _, phone = channel_and_phone(channel, tenant, address)
        return {"items": [_shown(one) for one in phone.bubbles]}

    @router.post("/phones/{channel}/{tenant}/{address}/say")
    async def say(channel: str, tenant: str, address: Address, said: Said) -> dict[str, Any]:
        """Types or taps; answers when the gateway has taken it (`delivered`) or refused it (`failed`)."""
        network, phone = channel_and_phone(channel, tenant, address)
        phone.name = said.name or phone.name
        if said.text is not None:
            return _shown(await network.say(phone, said.text))
        offered = phone.choice(said.choice or "")
        if offered is None:
            raise Problem(404, "No such choice", f"the screen shows no option {said.choice!r}")
        made = await network.choose(phone, *offered)
        return _shown(made) if made else {}

    return router


def _shown(bubble: Bubble) -> dict[str, Any]:
    return {
        "id": bubble.id,
        "author": bubble.author,
        "text": bubble.text,
        "options": [{"id": one.id, "title": one.title} for one in bubble.choices],
        "status": bubble.status,
        "at": bubble.at.isoformat(),
    }
