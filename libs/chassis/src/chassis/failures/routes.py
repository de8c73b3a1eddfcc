"""The failure desk's internal API. The gateway shows it to administrators."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from chassis.failures.desk import FailureDesk
from chassis.failures.failure import Failure
from chassis.failures.job import Job
from chassis.http.internal import internal_only
from chassis.http.problems import Problem
from contracts.operations import Selection

router = APIRouter(prefix="/internal/failures", dependencies=[Depends(internal_only)])

_LARGEST_PAGE = 500
_SHOWN_ALONE = {"payload", "encoding", "headers", "lines", "history"}


def _desk(request: Request) -> FailureDesk:
    desk: FailureDesk = request.app.state.failures
    return desk


Desk = Annotated[FailureDesk, Depends(_desk)]


class Wanted(Selection):
    """Which failures to list: those that fit, behind the place `after`."""

    limit: Annotated[int, Field(ge=1)] = 100
    after: str = ""


@router.get("/groups")
async def groups(desk: Desk) -> dict[str, Any]:
    """Open failures by kind, queue, event type and exception, the largest group first."""
    return {"items": [one.model_dump(mode="json") for one in await desk.groups()]}


@router.get("/jobs/{job}")
async def job(desk: Desk, job: UUID) -> dict[str, Any]:
    """How far a job has come."""
    found = await desk.job(job)
    if found is None:
        raise Problem(404, "This job has not come here")
    return _progress(found)


@router.get("/{failure}")
async def failure(desk: Desk, failure: UUID) -> dict[str, Any]:
    """One failure with its payload, headers, log lines, and what was done about it."""
    found = await desk.show(failure)
    if found is None:
        raise Problem(404, "There is no such failure here")
    return found.model_dump(mode="json")


@router.get("")
async def failures(desk: Desk, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """Open failures that fit, 500 at most, conversation by conversation in order of time."""
    limit = min(wanted.limit, _LARGEST_PAGE)
    found = await desk.find(wanted, wanted.after, limit)
    return {"items": [_line(one) for one in found], "next": found[-1].place if len(found) == limit else None}


def _line(failure: Failure) -> dict[str, Any]:
    return failure.model_dump(mode="json", exclude=_SHOWN_ALONE)


def _progress(job: Job) -> dict[str, Any]:
    asked = job.asked.data
    return {
        "job": str(job.asked.id),
        "service": asked.service,
        "action": asked.action,
        "by": asked.personal.by,
        "asked_at": job.asked.time,
        **job.model_dump(
            mode="json",
            include={"state", "total", "done", "failed", "mistakes", "begun_at", "finished_at"},
        ),
    }
