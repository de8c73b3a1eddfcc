"""The addresses of all AI vendors, and of what is counted about them."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from chassis.http.problems import Problem
from ops.sandbox.ai import openai, openrouter
from ops.sandbox.ai.anthropic import Anthropic
from ops.sandbox.ai.calls import AiCalls
from ops.sandbox.ai.dialect import Dialect, Post
from ops.sandbox.ai.gemini import Gemini
from ops.sandbox.ai.stand_in import StandIn, refused_key
from ops.sandbox.faults import Faults

OPENAI, OPENROUTER = openai.OpenAI(), openrouter.OpenRouter()
DIALECTS: tuple[Dialect, ...] = (OPENAI, Anthropic(), Gemini(), OPENROUTER)
"""All vendors, in the order in which they are shown."""
VENDORS = tuple(one.name for one in DIALECTS)


def vendor_routes(faults: Faults, calls: AiCalls) -> APIRouter:
    """The vendors' own APIs under /ai."""
    router = APIRouter(tags=["AI vendors"])
    for dialect in DIALECTS:
        stand_in = StandIn(dialect, faults, calls)
        for path in dialect.paths:
            router.add_api_route(path, stand_in.answer, methods=["POST"], name=dialect.title)

    @router.get("/ai/openai/v1/models", response_model=None)
    async def models(request: Request) -> Response:
        """OpenAI: the models that are listed; others of these families answer as well."""
        return _read(OPENAI, request, openai.listed())

    @router.get("/ai/openrouter/api/v1/key", response_model=None)
    async def key(request: Request) -> Response:
        """OpenRouter: what is left of the credit. A key without credit may ask, too."""
        return _read(OPENROUTER, request, openrouter.account(_post(request).bearer))

    @router.api_route("/ai/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
    async def elsewhere(rest: str) -> None:
        """Nothing else is spoken here."""
        raise Problem(404, "No such address", f"no AI vendor answers at /ai/{rest}")

    return router


def calls_routes(calls: AiCalls) -> APIRouter:
    """/sandbox/ai/calls."""
    router = APIRouter(prefix="/sandbox/ai", tags=["sandbox"])

    @router.get("/calls")
    async def latest(vendor: str | None = None) -> dict[str, Any]:
        """The latest calls, newest first, and counts of all since they were cleared."""
        names = VENDORS if vendor is None else (_known(vendor),)
        return {
            "items": [one.shown() for one in calls.latest(vendor)],
            "counts": {name: calls.counts(name) for name in names},
        }

    @router.delete("/calls", status_code=204)
    async def clear(vendor: str | None = None) -> None:
        """Forgets them."""
        calls.clear(vendor and _known(vendor))

    return router


def _read(vendor: Dialect, request: Request, content: dict[str, Any]) -> Response:
    """What a good key is told."""
    if refusal := refused_key(vendor, vendor.key(_post(request))):
        return JSONResponse(json.loads(refusal.parts[0]), refusal.status)
    return JSONResponse(content)


def _post(request: Request) -> Post:
    return Post(request.headers, request.query_params, None)


def _known(vendor: str) -> str:
    if vendor not in VENDORS:
        raise Problem(404, "No such vendor", f"there are {', '.join(VENDORS)}")
    return vendor
