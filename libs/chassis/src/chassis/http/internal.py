"""Internal read APIs are for the other services alone."""

import secrets
from typing import Annotated

from fastapi import Header, Request

from chassis.http.problems import Problem


async def internal_only(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    """A FastAPI dependency. Raises a 401 problem unless the installation's internal token is shown."""
    expected = f"Bearer {request.app.state.settings.internal_token.get_secret_value()}"
    if not secrets.compare_digest(authorization.encode(), expected.encode()):
        raise Problem(401, "Only Bellhop's own services may ask", headers={"WWW-Authenticate": "Bearer"})
