"""Health and metrics, the same addresses on every service."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, disable_created_metrics, generate_latest

Check = Callable[[], Awaitable[None]]
"""Returns when a dependency is well; raises with the reason when not."""

_PATIENCE_SECONDS = 1.5
_GIVEN_UP_SECONDS = 15.0

UP = Gauge("bellhop_dependency_up", "1 when a dependency was well at the last look", ["dependency"])

router = APIRouter()

# A second series beside every counter, which nobody looks at.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Shared:
    """A check that runs once at a time, however many ask: what hangs must not pile up.

    One that hangs is waited for by all who ask meanwhile, and its end tells them at once.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self._running: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Raises what the check raises."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._look())
        await asyncio.shield(self._running)

    async def _look(self) -> None:
        async with asyncio.timeout(_GIVEN_UP_SECONDS):
            await self._check()


async def check_all(checks: Mapping[str, Check]) -> dict[str, str]:
    """Every dependency with `ok` or what is wrong with it."""
    results = dict(zip(checks, await asyncio.gather(*map(_check, checks.values())), strict=True))
    for name, result in results.items():
        UP.labels(name).set(result == "ok")
    return results


async def _check(check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {_PATIENCE_SECONDS} s"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "ok"


@router.head("/health/live", include_in_schema=False)
@router.get("/health/live", tags=["health"])
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


@router.head("/health/ready", include_in_schema=False)
@router.get("/health/ready", tags=["health"])
async def ready(request: Request) -> JSONResponse:
    """200 when the service can do its work: what it cannot work without is there. Else 503.

    Anybody may ask this: it names what is not well, and /health alone tells what is wrong with it.
    """
    found = await check_all(request.app.state.checks)
    optional = request.app.state.optional
    if failing := [name for name, why in found.items() if why != "ok" and name not in optional]:
        return JSONResponse({"status": "unavailable", "failing": failing}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/health", tags=["health"])
async def health(request: Request) -> dict[str, Any]:
    """Every dependency by itself. Always 200: it is for people and dashboards."""
    found = await check_all(request.app.state.checks)
    fine = all(result == "ok" for result in found.values())
    return {
        "service": request.app.state.service,
        "status": "ok" if fine else "degraded",
        "dependencies": found,
    }


@router.get("/metrics", tags=["health"])
async def metrics(request: Request) -> Response:
    """Prometheus metrics. Each scrape looks at the dependencies anew."""
    await check_all(request.app.state.checks)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
