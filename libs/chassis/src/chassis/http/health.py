"""Health and metrics, the same addresses on every service."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, disable_created_metrics, generate_latest

Check = Callable[[], Awaitable[None]]
"""Returns when a dependency is well; raises with the reason when not."""

_PATIENCE_SECONDS = 1.5

router = APIRouter()

# A second series beside every counter, which nobody looks at.
disable_created_metrics()  # type: ignore[no-untyped-call]


async def check_all(checks: Mapping[str, Check]) -> dict[str, str]:
    """Every dependency with `ok` or what is wrong with it."""
    results = await asyncio.gather(*(_check(one) for one in checks.values()))
    return dict(zip(checks, results, strict=True))


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
    """200 when the service can do its work: what it cannot work without is there."""
    found = await check_all(request.app.state.checks)
    needed = {name: result for name, result in found.items() if name not in request.app.state.optional}
    fine = all(result == "ok" for result in needed.values())
    return JSONResponse({"status": "ok" if fine else "unavailable"}, 200 if fine else 503)


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
async def metrics() -> Response:
    """Prometheus metrics."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
