"""The installation's AI policy: save, then publish. What was not published is published by the next try."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from chassis.clock import Clock
from chassis.messaging.publisher import EventPublisher
from chassis.observability.logging import get_logger
from chassis.storage import CollectionSpec, Conflict, Store, instant
from contracts import channels, events
from contracts.ai import AiConfigured, AiPolicy
from contracts.envelope import Event, inbound_id
from gateway.adapters.ingress import SOURCE

_POLICIES: Final = CollectionSpec("ai_policies")
_KEY: Final = "policy"
_REQUEST_SECONDS: Final = 1.5
_START_SECONDS: Final = 30.0  # everything starts at the same time and the broker may be slow

log = get_logger(__name__)


@dataclass(frozen=True)
class SetPolicy:
    """A policy that somebody set. `version` counts from 1, `revision` is the store's."""

    policy: AiPolicy
    version: int
    changed_at: datetime
    by: str
    revision: int = 0


class PolicyMoved(Exception):
    """The policy is not any more at the version that should be replaced."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the policy is at version {version} by now")


class AiPolicies:
    """The only writer of the policy. All methods raise StoreUnavailable, writers BrokerUnavailable too."""

    def __init__(self, store: Store, publisher: EventPublisher, clock: Clock) -> None:
        self._policies = store.collection(_POLICIES)
        self._publisher = publisher
        self._clock = clock

    async def get(self) -> SetPolicy | None:
        """The policy that was set last; None: Bellhop's own is in force."""
        found = await self._policies.get(channels.SYSTEM, _KEY)
        if found is None:
            return None
        body = cast("Any", found.body)
        return SetPolicy(
            AiPolicy.model_validate(body["policy"]),
            body["version"],
            datetime.fromisoformat(body["changed_at"]),
            body["by"],
            found.version,
        )

    async def set(self, policy: AiPolicy, by: str, replaces: int | None) -> SetPolicy:
        """Stores what is new and publishes. `replaces`: only if that version is the newest (0: none yet).

        The policy that is in force already keeps its version, and is published again all the same: its event
        has the same id, and perhaps it did not get through the first time. Raises PolicyMoved.
        """
        after = await self._saved(policy, by, replaces)
        await self._publisher.publish(_configured(after), within=_REQUEST_SECONDS)
        log.info("AI policy set", version=after.version)
        return after

    async def publish(self) -> None:
        """Tells it again, at start: whoever lost its copy has it back."""
        if one := await self.get():
            await self._publisher.publish(_configured(one), within=_START_SECONDS)
            log.info("AI policy published", version=one.version)

    async def _saved(self, policy: AiPolicy, by: str, replaces: int | None) -> SetPolicy:
        while True:
            before = await self.get()
            if before and before.policy == policy:
                return before
            version, revision = (before.version, before.revision) if before else (0, 0)
            if replaces not in (None, version):
                raise PolicyMoved(version)
            after = SetPolicy(policy, version + 1, self._clock(), by, revision)
            try:
                await self._policies.save(channels.SYSTEM, _KEY, _body(after), expected=revision)
            except Conflict:
                continue  # another replica was quicker
            return after


def _body(one: SetPolicy) -> Any:
    policy = one.policy.model_dump(mode="json")
    return {"policy": policy, "version": one.version, "changed_at": instant(one.changed_at), "by": one.by}


def _configured(one: SetPolicy) -> Event[Any]:
    return events.first(
        AiConfigured(version=one.version, policy=one.policy),
        event_id=inbound_id(channels.SYSTEM, "ai-policy", str(one.version)),
        source=SOURCE,
        tenant=channels.SYSTEM,
        partition="ai",
        time=one.changed_at,
    )
