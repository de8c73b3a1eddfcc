"""The stored tenants: one document each, secrets sealed, versions counted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from chassis.storage import CollectionSpec, Store, Versioned, instant
from contracts.tenants import TenantConfig

TENANTS: Final = CollectionSpec("tenants", across=True)
_KEY: Final = "config"
_PAGE: Final = 100


@dataclass(frozen=True)
class TenantRecord:
    """A tenant as it lies in the store. `revision` is the store's, `version` the published one."""

    config: TenantConfig
    version: int
    changed_at: datetime
    revision: int = 0


class TenantRecords:
    """Reads and writes of tenants. All raise StoreUnavailable; `save` raises Conflict as well."""

    def __init__(self, store: Store) -> None:
        self._tenants = store.collection(TENANTS)

    async def get(self, tenant: str) -> TenantRecord | None:
        found = await self._tenants.get(tenant, _KEY)
        return _record(found) if found else None

    async def save(self, record: TenantRecord) -> None:
        body = {
            "config": record.config.model_dump(mode="json"),
            "version": record.version,
            "changed_at": instant(record.changed_at),
        }
        await self._tenants.save(record.config.id, _KEY, cast("Any", body), expected=record.revision)

    async def all(self) -> AsyncIterator[TenantRecord]:
        """Every tenant, ordered by id."""
        skip = 0
        while page := await self._tenants.find_all_tenants(limit=_PAGE, skip=skip):
            for found in page:
                yield _record(found)
            skip += len(page)

    async def ids(self) -> list[str]:
        """The ids of all tenants."""
        return [record.config.id async for record in self.all()]


def _record(found: Versioned) -> TenantRecord:
    body: Any = found.body
    return TenantRecord(
        config=TenantConfig.model_validate(body["config"]),
        version=body["version"],
        changed_at=datetime.fromisoformat(body["changed_at"]),
        revision=found.version,
    )
