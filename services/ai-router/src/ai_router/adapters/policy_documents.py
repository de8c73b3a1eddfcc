"""The AI policies this service has heard of: the installation's, and what each business wants otherwise."""

import time
from collections.abc import Callable
from typing import Final

from chassis.observability.logging import get_logger
from chassis.storage import AlreadyExists, CollectionSpec, Conflict, Document, Store
from chassis.tenants import TenantProjection, TenantUnknown
from contracts.ai import AiConfigured, AiPolicy
from contracts.envelope import Event
from contracts.tenants import TenantConfigured

_CURRENT: Final = CollectionSpec("ai_policy")
_VERSIONS: Final = CollectionSpec("ai_policy_versions")
_WHOSE: Final = "installation"
_FRESH_SECONDS: Final = 1.0

log = get_logger(__name__)


class PolicyDocuments:
    """See ports.Policies. All versions are kept, as those of businesses are.

    `default` holds until a policy was set; `fit` leaves of either what can be done here.
    """

    def __init__(
        self,
        store: Store,
        tenants: TenantProjection,
        default: AiPolicy,
        fit: Callable[[AiPolicy], AiPolicy] = lambda policy: policy,
    ) -> None:
        self._current = store.collection(_CURRENT)
        self._versions = store.collection(_VERSIONS)
        self._tenants = tenants
        self._fit = fit
        self._default = fit(default)
        self._cached: tuple[float, AiConfigured | None] = (float("-inf"), None)

    async def on_ai_configured(self, event: Event[AiConfigured]) -> None:
        """Keep the installation's policy; an older version than the one known changes nothing."""
        body = event.data.model_dump(mode="json")
        try:
            await self._versions.insert(_WHOSE, str(event.data.version), body)
        except AlreadyExists:
            log.debug("this version is known", version=event.data.version)
        await self._raise_current(event.data.version, body)
        self._cached = (float("-inf"), None)

    async def installation(self) -> AiPolicy:
        """The policy in force. Raises StoreUnavailable."""
        configured = await self._configured()
        return configured.policy if configured else self._default

    async def version(self) -> int:
        """Which one it is; 0: Bellhop's own. Raises StoreUnavailable."""
        configured = await self._configured()
        return configured.version if configured else 0

    async def tenant(self, tenant: str) -> TenantConfigured | None:
        """The business; None while it is not known here (yet). Raises StoreUnavailable."""
        try:
            return await self._tenants.current(tenant)
        except TenantUnknown:
            return None

    async def _configured(self) -> AiConfigured | None:
        read_at, known = self._cached
        if time.monotonic() - read_at < _FRESH_SECONDS:
            return known
        found = await self._current.get(_WHOSE, "policy")
        configured = self._read(found.body) if found else None
        self._cached = (time.monotonic(), configured)
        return configured

    def _read(self, body: Document) -> AiConfigured:
        configured = AiConfigured.model_validate(body)
        return configured.model_copy(update={"policy": self._fit(configured.policy)})

    async def _raise_current(self, version: int, body: Document) -> None:
        while True:
            found = await self._current.get(_WHOSE, "policy")
            if found and AiConfigured.model_validate(found.body).version >= version:
                return
            try:
                await self._current.save(_WHOSE, "policy", body, expected=found.version if found else 0)
                return
            except Conflict:
                continue
