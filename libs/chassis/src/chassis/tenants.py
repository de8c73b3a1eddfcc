"""A service's own copy of every tenant's configuration, kept from events."""

import time
from typing import Any, Final

from chassis.errors import TransientError
from chassis.observability.logging import get_logger
from chassis.storage import AlreadyExists, CollectionSpec, Conflict, Store
from contracts.envelope import Event
from contracts.tenants import TenantConfig, TenantConfigured

_CURRENT: Final = CollectionSpec("tenants")
_VERSIONS: Final = CollectionSpec("tenant_versions")
_FRESH_SECONDS: Final = 1.0

log = get_logger(__name__)


class TenantUnknown(TransientError):
    """This service has not heard of the tenant, or not yet."""


class TenantProjection:
    """The newest configuration of each tenant; all versions are kept for replays."""

    def __init__(self, store: Store) -> None:
        self._current = store.collection(_CURRENT)
        self._versions = store.collection(_VERSIONS)
        self._cache: dict[str, tuple[float, TenantConfigured]] = {}

    async def on_tenant_configured(self, event: Event[TenantConfigured]) -> None:
        """Keep the configuration of a business; an older version than the one known changes nothing."""
        body = event.data.model_dump(mode="json")
        try:
            await self._versions.insert(event.tenantid, str(event.data.version), body)
        except AlreadyExists:
            log.debug("this version is known", version=event.data.version)
        await self._raise_current(event.tenantid, event.data.version, body)
        self._cache.pop(event.tenantid, None)

    async def _raise_current(self, tenant: str, version: int, body: dict[str, Any]) -> None:
        while True:
            found = await self._current.get(tenant, "config")
            if found and int(found.body["version"]) >= version:  # type: ignore[arg-type]
                return
            try:
                await self._current.save(tenant, "config", body, expected=found.version if found else 0)
                return
            except Conflict:
                continue

    async def get(self, tenant: str) -> TenantConfig:
        """The configuration, at most a second old, its secrets sealed. Raises TenantUnknown."""
        return (await self.current(tenant)).config

    async def current(self, tenant: str) -> TenantConfigured:
        """As `get`, with its version."""
        read_at, known = self._cache.get(tenant, (0.0, None))
        if known is not None and time.monotonic() - read_at < _FRESH_SECONDS:
            return known
        found = await self._current.get(tenant, "config")
        if found is None:
            raise TenantUnknown(f"tenant {tenant!r} is not known here (yet)")
        configured = TenantConfigured.model_validate(found.body)
        self._cache[tenant] = (time.monotonic(), configured)
        return configured
