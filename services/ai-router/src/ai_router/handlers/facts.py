"""What a business says of itself changes, and answers of before may not be true any more."""

from dataclasses import dataclass
from typing import Any, Final

from ai_router.ports import Answers
from chassis.tenants import TenantProjection, TenantUnknown
from contracts.envelope import Event
from contracts.tenants import TenantConfigured

_NOT_FACTS: Final = {"ai", "channels", "sending"}
"""What no answer hangs on."""


@dataclass(frozen=True)
class Facts:
    """Handles tenant.configured."""

    tenants: TenantProjection
    answers: Answers

    async def on_tenant_configured(self, event: Event[TenantConfigured]) -> None:
        """Keep the configuration of a business; answers from other facts are not given again."""
        known = await self._known(event.tenantid)
        await self.tenants.on_tenant_configured(event)
        if known is not None and changed(known, event.data):
            await self.answers.empty(event.tenantid)

    async def _known(self, tenant: str) -> TenantConfigured | None:
        try:
            return await self.tenants.current(tenant)
        except TenantUnknown:
            return None


def changed(known: TenantConfigured, new: TenantConfigured) -> bool:
    """Whether facts may differ: what lies between versions that do not follow each other is not known."""
    if new.version < known.version:
        return False
    return new.version != known.version + 1 or _facts(known) != _facts(new)


def _facts(configured: TenantConfigured) -> dict[str, Any]:
    return configured.config.model_dump(exclude=_NOT_FACTS)
