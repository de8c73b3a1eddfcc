"""Admission as middleware: who is turned away costs no parsing, no reading, no log line and no span."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.adapters.admission import SHED, Admission, TurnedAway
from gateway.domain.admission import Kind, Shed, kind_of, tenant_of
from gateway.routes.surface import announced

_LONGEST_TENANT: Final = 63


class Door:
    """Middleware around all that reads bodies. `body_limit` stands for a body of unknown length."""

    def __init__(self, app: ASGIApp, *, body_limit: int) -> None:
        self._app = app
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = kind_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if kind is None:
            await self._app(scope, receive, send)
            return
        admission: Admission = scope["app"].state.gateway.admission
        try:
            with admission.place(kind, announced(scope, self._body_limit)):
                if kind is Kind.WEBHOOK:
                    async with admission.turn(tenant_of(scope["path"])[:_LONGEST_TENANT]):
                        await self._app(scope, receive, send)
                else:
                    await self._app(scope, receive, send)
        except TurnedAway as away:
            await _say_later(away, send)


async def _say_later(away: TurnedAway, send: Send) -> None:
    SHED.labels(away.reason).inc()
    start, body = _ANSWERS[away.reason]
    await send({**start, "headers": list(start["headers"])})
    await send(body)


def _answer(reason: Shed) -> tuple[Message, Message]:
    """The 503 of one reason, made once."""
    response = TurnedAway(reason).problem().response()
    start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
    return start, {"type": "http.response.body", "body": response.body}


_ANSWERS: Final = {reason: _answer(reason) for reason in Shed}
