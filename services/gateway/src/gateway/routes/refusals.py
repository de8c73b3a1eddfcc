"""The refusals of /api/v1 in the OpenAPI document: which request may be answered with which problem."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from gateway.routes.authentication import administrator, principal

_API: Final = "/api/v1"
_REASONS: Final = {
    400: "The body is no JSON",
    401: "Log in first, or: e-mail address or password is wrong",
    403: "Only an administrator may do this",
    404: "There is nothing at this address, or not for who asks",
    409: "Somebody else has changed it meanwhile: look at it, then ask again",
    422: "The request does not fit; `errors` names the fields",
    429: "Too many failed logins; `Retry-After` says when to come again",
    503: "Something is away, or too much is asked at once; `Retry-After` says when to come again. Where "
    "`detail` says that it may still be done, look before you ask again",
}
_PROBLEM: Final = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. Some problems have further members.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
    },
}


def with_refusals(plain: Callable[[], dict[str, Any]], routers: Sequence[APIRouter]) -> dict[str, Any]:
    """The document with every refusal of the routers' API in it. Doing it twice is as once."""
    document = plain()
    document["components"]["schemas"]["Problem"] = _PROBLEM
    for route in _routes(routers):
        for method in route.methods or ():
            answers = document["paths"][route.path_format][method.lower()]["responses"]
            answers.update({str(status): _answer(status) for status in sorted(refusals_of(route))})
    return document


def refusals_of(route: APIRoute) -> set[int]:
    """What follows from who may ask and what is asked; the rest the route declares itself (`responses`)."""
    needs = {one.call for one in _all(route.dependant)}
    statuses = {503, *(int(status) for status in route.responses)}
    statuses |= {401} if principal in needs else set()
    statuses |= {403} if administrator in needs else set()
    statuses |= {404} if route.param_convertors else set()
    statuses |= {400, 422} if route.body_field else set()
    statuses |= {422} if any(one.path_params or one.query_params for one in _all(route.dependant)) else set()
    return statuses


def _routes(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.path.startswith(_API):
                yield route


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from _all(one)


def _answer(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _REASONS[status], "content": {"application/problem+json": {"schema": schema}}}
