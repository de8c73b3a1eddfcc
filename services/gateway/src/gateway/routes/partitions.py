"""Into how many partitions the inbox of a service is divided, for administrators: look at it, change it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from gateway.routes.authentication import Administrator, administrator
from gateway.routes.parts import FromGateway

Service = Literal["conversation", "notifier"]
router = APIRouter(prefix="/api/v1/partitions", tags=["partitions"], dependencies=[Depends(administrator)])


class Wish(BaseModel):
    """How many there shall be."""

    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(ge=1, le=256)]


@router.get("")
async def partitions(gateway: FromGateway) -> Any:
    """Each keyed service: its partitions with what waits in them, and a change under way.

    `unreachable` names the services that could not be asked.
    """
    return await gateway.partitions.now()


@router.post("/{service}", status_code=202)
async def change(service: Service, wish: Wish, gateway: FromGateway, who: Administrator) -> dict[str, Any]:
    """Ask for another number. 202 when that is recorded; the last wish counts, and order holds meanwhile."""
    return {"id": str(await gateway.partitions.ask(service, wish.count, who.email))}
