"""Who asks: the bearer token of a request."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from chassis.http.problems import Problem
from gateway.adapters.access_tokens import InvalidToken
from gateway.domain.access import Principal
from gateway.routes.parts import FromGateway, not_found

_bearer = HTTPBearer(auto_error=False, description="the access_token of POST /api/v1/auth/login")

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def principal(gateway: FromGateway, credentials: Credentials) -> Principal:
    """Raises a 401 problem without a valid token."""
    try:
        return gateway.tokens.read(credentials.credentials if credentials else "")
    except InvalidToken as error:
        raise Problem(
            401, "Log in first", "Show a valid access token.", headers={"WWW-Authenticate": "Bearer"}
        ) from error


LoggedIn = Annotated[Principal, Depends(principal)]


async def visible_tenant(tenant: str, who: LoggedIn) -> str:
    """The tenant of the path. Raises a 404 problem for others' tenants, as for those that do not exist."""
    if not who.sees(tenant):
        raise not_found()
    return tenant


async def administrator(who: LoggedIn) -> Principal:
    """Raises a 403 problem for everybody else."""
    if not who.admin:
        raise Problem(403, "Only an administrator may do this")
    return who


VisibleTenant = Annotated[str, Depends(visible_tenant)]
Administrator = Annotated[Principal, Depends(administrator)]
