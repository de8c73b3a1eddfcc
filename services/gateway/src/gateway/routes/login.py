"""Logging in."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from chassis.http.problems import Problem
from gateway.domain.client_address import client_address
from gateway.routes.parts import FromGateway

router = APIRouter(prefix="/api/v1/auth", tags=["authentication"])


class Credentials(BaseModel):
    """E-mail address and password."""

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=256, repr=False)]


@router.post("/login", responses={401: {}, 429: {}})
async def login(given: Credentials, request: Request, gateway: FromGateway) -> dict[str, Any]:
    """A bearer token. After ten failures in five minutes: 429."""
    address = _address(request, gateway)
    if wait := await gateway.attempts.wait_seconds(given.email, address):
        raise Problem(429, "Too many failed logins", headers={"Retry-After": str(wait)})
    who = await gateway.logins.check(given.email, given.password)
    if who is None:
        await gateway.attempts.failed(given.email, address)
        raise Problem(401, "E-mail address or password is wrong", headers={"WWW-Authenticate": "Bearer"})
    await gateway.attempts.succeeded(given.email, address)
    return {
        "access_token": gateway.tokens.issue(who),
        "token_type": "bearer",
        "expires_in": int(gateway.tokens.lifetime.total_seconds()),
    }


def _address(request: Request, gateway: FromGateway) -> str:
    forwarded_for = ",".join(request.headers.getlist("x-forwarded-for"))
    peer = request.client.host if request.client else ""
    return client_address(peer, forwarded_for, gateway.settings.trusted_proxies)
