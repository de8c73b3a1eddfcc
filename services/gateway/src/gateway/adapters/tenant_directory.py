"""Tenants with their secrets open, for whoever has to verify a webhook."""

import time
from typing import Final

from chassis.errors import PermanentError, TransientError
from chassis.observability.logging import get_logger
from chassis.sealing import SealedBox, open_secrets
from chassis.storage import StoreUnavailable
from contracts.tenants import TenantConfig
from gateway.adapters.tenant_records import TenantRecords
from gateway.domain.access import is_tenant_id

_FRESH_SECONDS: Final = 1.0  # another replica may have changed it

log = get_logger(__name__)


class TenantDirectory:
    """Answers from memory for a second, and for as long as the store is away."""

    def __init__(self, records: TenantRecords, box: SealedBox) -> None:
        self._records = records
        self._box = box
        self._known: dict[str, tuple[float, TenantConfig]] = {}

    async def get(self, tenant: str) -> TenantConfig | None:
        """The tenant, None if there is none. Raises TransientError if that cannot be said."""
        if not is_tenant_id(tenant):
            return None
        read_at, config = self._known.get(tenant, (0.0, None))
        if config and time.monotonic() - read_at < _FRESH_SECONDS:
            return config
        try:
            return await self._read(tenant)
        except StoreUnavailable:
            if config is None:
                raise
            log.warning("the store is away, answering from memory", tenant_id=tenant)
            return config

    async def _read(self, tenant: str) -> TenantConfig | None:
        record = await self._records.get(tenant)
        if record is None:
            self._known.pop(tenant, None)
            return None
        try:
            config = open_secrets(record.config, self._box, tenant)
        except PermanentError as error:
            log.error("a tenant's secrets do not open", tenant_id=tenant, error=str(error))
            raise TransientError("the tenant has to be applied again") from error
        self._known[tenant] = (time.monotonic(), config)
        return config

    def forget(self, tenant: str) -> None:
        """Reads it anew next time: it has just been changed."""
        self._known.pop(tenant, None)
