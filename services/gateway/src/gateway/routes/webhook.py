"""Taking in an authentic webhook, the same for all vendors: translate, publish, then say 200."""

from fastapi import Response

from chassis.http.problems import Problem
from contracts.tenants import TenantConfig
from gateway.channels.json_body import UnreadableBody
from gateway.channels.translation import Translator
from gateway.routes.parts import Gateway


async def take_in(gateway: Gateway, tenant: TenantConfig, body: bytes, translate: Translator) -> Response:
    """200 when everything in it is confirmed. Raises a 400 problem, or BrokerUnavailable (503)."""
    try:
        translated = translate(tenant, body, gateway.clock())
    except UnreadableBody as error:
        raise Problem(400, "This is no webhook of this vendor", str(error)) from error
    await gateway.ingress.accept(tenant.id, translated)
    return Response(status_code=200)


def not_authentic() -> Problem:
    """Signature or secret is missing or wrong."""
    return Problem(401, "The webhook is not authentic")
