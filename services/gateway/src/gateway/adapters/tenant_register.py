"""Setting tenants up: save, then publish. Whatever was not published is published by the next try."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from chassis.clock import Clock
from chassis.errors import PermanentError
from chassis.messaging.publisher import EventPublisher
from chassis.observability.logging import get_logger
from chassis.sealing import SealedBox, open_secrets, seal_secrets
from chassis.storage import Conflict
from contracts import events
from contracts.envelope import Event, inbound_id
from contracts.tenants import TenantConfig, TenantConfigured
from gateway.adapters.ingress import SOURCE
from gateway.adapters.logins import Logins
from gateway.adapters.tenant_directory import TenantDirectory
from gateway.adapters.tenant_records import TenantRecord, TenantRecords
from gateway.domain.tenant_file import TenantFile

_REQUEST_SECONDS: Final = 1.5
_START_SECONDS: Final = 30.0  # everything starts at the same time and the broker may be slow

log = get_logger(__name__)


class TenantRegister:
    """The only writer of tenants. All methods raise StoreUnavailable and BrokerUnavailable."""

    def __init__(
        self,
        records: TenantRecords,
        directory: TenantDirectory,
        logins: Logins,
        *,
        publisher: EventPublisher,
        box: SealedBox,
        clock: Clock,
    ) -> None:
        self._records = records
        self._directory = directory
        self._logins = logins
        self._publisher = publisher
        self._box = box
        self._clock = clock

    async def configure(self, file: TenantFile) -> int:
        """Stores what is new and publishes; returns the version in force.

        An unchanged file keeps its version, and is published again all the same: its event has the same
        id, and perhaps it did not get through the first time.
        """
        record = await self.store(file)
        await self._publisher.publish(_configured(record), within=_REQUEST_SECONDS)
        log.info("tenant configured", tenant_id=file.id, version=record.version)
        return record.version

    async def publish_all(self) -> None:
        """Tells everybody all tenants again, at start: whoever lost its copy has it back."""
        async for record in self._records.all():
            await self._publisher.publish(_configured(record), within=_START_SECONDS)
            log.info("tenant published", tenant_id=record.config.id, version=record.version)

    async def store(self, file: TenantFile) -> TenantRecord:
        """Stores what is new, without a word to anybody yet. Prompts of purposes it does not name stay."""
        record = await self._saved(file.id, lambda before: self._of_file(before, file))
        if file.users is not None:
            await self._logins.replace(file.id, file.users)
        self._directory.forget(file.id)
        return record

    async def change(
        self, tenant: str, change: Callable[[TenantConfig], TenantConfig]
    ) -> TenantRecord | None:
        """Changes what is stored, secrets sealed as they are, and publishes; None: there is no such tenant.

        `change` is made again where another was quicker. Without a difference the version stays, and is
        published again, as by `configure`.
        """

        def changed(before: TenantRecord | None) -> TenantConfig:
            if before is None:
                raise _NoTenant
            return change(before.config)

        try:
            record = await self._saved(tenant, changed)
        except _NoTenant:
            return None
        self._directory.forget(tenant)
        await self._publisher.publish(_configured(record), within=_REQUEST_SECONDS)
        log.info("tenant changed", tenant_id=tenant, version=record.version)
        return record

    async def _saved(
        self, tenant: str, wanted: Callable[[TenantRecord | None], TenantConfig]
    ) -> TenantRecord:
        """Stores what is wanted in place of what is there, sealed, unless it is the same."""
        while True:
            before = await self._records.get(tenant)
            config = wanted(before)
            if before and config == before.config:
                return before
            after = TenantRecord(
                config=config,
                version=before.version + 1 if before else 1,
                changed_at=self._clock(),
                revision=before.revision if before else 0,
            )
            try:
                await self._records.save(after)
            except Conflict:
                continue  # another replica was quicker; perhaps with the same
            return after

    def _of_file(self, before: TenantRecord | None, file: TenantFile) -> TenantConfig:
        """What the file says, sealed. What it says nothing of, though the API may have set it, stays."""
        config = file.config()
        if before is None:
            return seal_secrets(config, self._box, file.id)
        config = config.model_copy(update={"prompts": {**before.config.prompts, **config.prompts}})
        same = self._same(before, config)  # sealing the same secret twice gives two different texts
        return before.config if same else seal_secrets(config, self._box, file.id)

    def _same(self, before: TenantRecord, config: TenantConfig) -> bool:
        try:
            return open_secrets(before.config, self._box, config.id) == config
        except PermanentError:
            return False  # sealed with an earlier key: sealing it anew is the remedy


class _NoTenant(Exception):
    """There is nothing to change."""


def _configured(record: TenantRecord) -> Event[Any]:
    return events.first(
        TenantConfigured(version=record.version, config=record.config),
        event_id=_event_id(record),
        source=SOURCE,
        tenant=record.config.id,
        partition=record.config.id,
        time=record.changed_at,
    )


def _event_id(record: TenantRecord) -> UUID:
    return inbound_id(record.config.id, "tenant-file", str(record.version))
