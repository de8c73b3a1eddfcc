"""What went wrong anywhere, for administrators: look at it, try it again, edit it, give it up."""

import json
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts import events
from contracts.operations import FailureJobRequested, Retrying, Selection
from gateway.adapters.internal_reads import ReadRefused
from gateway.routes.authentication import Administrator, administrator
from gateway.routes.parts import FromGateway, Gateway
from gateway.routes.reads import asked_of, refusal

_LISTED_BY: Final = ("kind", "queue", "event_type", "exception", "tenant", "limit", "after")

Service = Literal["conversation", "ai-router", "scheduler", "notifier"]
router = APIRouter(prefix="/api/v1/failures", tags=["failures"], dependencies=[Depends(administrator)])


class Chosen(Selection):
    """Those named, or all that fit. A misspelled field would choose too much, so it is refused."""

    model_config = ConfigDict(extra="forbid")


class Wish(BaseModel):
    """What shall be done about which failures of one service. `edited`: the whole event, for a single one."""

    model_config = ConfigDict(extra="forbid")

    service: Service
    action: Literal["retry", "discard"]
    selection: Chosen
    per_second: Annotated[float, Field(gt=0, le=1000)] = 50.0
    reason: Annotated[str, Field(max_length=500)] = ""
    edited: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.action == "discard" and not self.reason.strip():
            raise ValueError("say in `reason` why these failures are discarded")
        if self.edited is not None:
            self._refuse_edit(self.edited)
        return self

    def _refuse_edit(self, edited: dict[str, Any]) -> None:
        if self.action != "retry" or len(self.selection.ids) != 1:
            raise ValueError("only a retry of a single failure, named in `selection.ids`, can be `edited`")
        events.read(json.dumps(edited).encode())


@router.get("")
async def groups(gateway: FromGateway) -> Any:
    """Open failures of all services in groups; `unreachable` names the services that could not be asked."""
    return await gateway.failures.groups()


@router.post("/jobs", status_code=202)
async def ask(wish: Wish, gateway: FromGateway, who: Administrator) -> dict[str, Any]:
    """Retry or discard. 202 when that is recorded; the job says how far it is."""
    personal = Retrying(by=who.email, edited=wish.edited)
    job = FailureJobRequested(**wish.model_dump(exclude={"edited"}), personal=personal)
    return {"job": str(await gateway.failures.ask(job))}


@router.get("/jobs/{service}/{job}")
async def job(service: Service, job: UUID, gateway: FromGateway) -> Any:
    """How far a job is: `state`, `total`, `done`, `failed`. 404 for the moment until its service has it."""
    return await _read(gateway, service, f"/jobs/{job}")


@router.get("/{service}")
async def failures(service: Service, request: Request, gateway: FromGateway) -> Any:
    """Open failures of a service, conversation by conversation; `next` is the `after` of the next page."""
    return await _read(gateway, service, "", asked_of(request, _LISTED_BY))


@router.get("/{service}/{failure}")
async def failure(service: Service, failure: UUID, gateway: FromGateway) -> Any:
    """One failure with its payload, headers, log lines, and what was done about it.

    A settled one is shown for 30 days; of other kinds than dead letters then without payload and log lines.
    """
    return await _read(gateway, service, f"/{failure}")


async def _read(gateway: Gateway, service: str, what: str, query: list[tuple[str, str]] | None = None) -> Any:
    try:
        return await gateway.failures.read(service, what, query or [])
    except ReadRefused as refused:
        raise refusal(refused) from refused
