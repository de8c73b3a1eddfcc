"""One conversation as the record has it: what was handled in which order, and what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from contracts.decisions import TurnDecided
from contracts.envelope import Event
from contracts.tenants import TenantConfig, TenantConfigured

SPEAKER: Final = "conversation"
"""The service whose decisions are replayed; its events are what was said and requested then."""


class ConfigurationUnknown(LookupError):
    """Nobody knows any configuration of the business."""


@dataclass(frozen=True)
class History:
    """A conversation as recorded: its events in recorded order, each once, those in and those out.

    `configs` are the configurations of the business by version. `complete` is false when the record begins in
    the middle of the talk, so that what was remembered before is not known. `growing`: it still goes on, so
    answers may come that are not recorded yet.
    """

    tenant: str
    conversation: str
    events: tuple[Event[Any], ...]
    configs: Mapping[int, TenantConfig] = field(default_factory=dict)
    complete: bool = True
    growing: bool = False

    @cached_property
    def handled(self) -> tuple[Event[Any], ...]:
        """What the conversation handled, in its order. What was held and still waits is not among it."""
        known = {event.id: event for event in self.events}
        return tuple(known[cause] for cause in self._decisions if cause in known)

    @cached_property
    def _decisions(self) -> dict[UUID, TurnDecided]:
        return {
            event.causationid: event.data for event in self.events
            if isinstance(event.data, TurnDecided) and event.causationid
        }  # fmt: skip

    @cached_property
    def _effects(self) -> dict[UUID, list[Event[Any]]]:
        found: dict[UUID, list[Event[Any]]] = {}
        for event in self.events:
            if event.causationid:
                found.setdefault(event.causationid, []).append(event)
        return found

    def said(self, handled: UUID) -> tuple[Event[Any], ...]:
        """What the conversation said, requested and noted because of this event."""
        return tuple(one for one in self._effects.get(handled, ()) if one.source == SPEAKER)

    def answers(self, request: UUID) -> tuple[Event[Any], ...]:
        """What others answered to a request."""
        return tuple(one for one in self._effects.get(request, ()) if one.source != SPEAKER)

    def version_at(self, handled: UUID) -> int:
        """The version of the configuration that was in force when this event was handled."""
        return self._decisions[handled].tenant_version

    def config_at(self, handled: UUID) -> TenantConfig:
        """That configuration; the newest known one where it is lost. Raises ConfigurationUnknown."""
        if not self.configs:
            raise ConfigurationUnknown(f"no configuration of {self.tenant!r} is known")
        return self.configs.get(self.version_at(handled)) or self.configs[max(self.configs)]

    @cached_property
    def lost_versions(self) -> tuple[int, ...]:
        """The versions of the configuration that were in force and are not known any more."""
        in_force = {self.version_at(event.id) for event in self.handled}
        return tuple(sorted(in_force - set(self.configs)))


def history_of(
    tenant: str,
    conversation: str,
    events: Iterable[Event[Any]],
    configs: Mapping[int, TenantConfig] | None = None,
) -> History:
    """One conversation out of recorded events; what belongs to others is left out.

    Configurations among the events are taken over, those in `configs` go before them.
    """
    once: dict[UUID, Event[Any]] = {}
    for event in events:
        if event.tenantid == tenant:
            once.setdefault(event.id, event)
    ordered = once.values()
    own = tuple(one for one in ordered if one.partitionkey == conversation)
    known = {one.data.version: one.data.config for one in ordered if isinstance(one.data, TenantConfigured)}
    return History(tenant, conversation, own, {**known, **(configs or {})}, _holds_the_beginning(own))


def _holds_the_beginning(events: tuple[Event[Any], ...]) -> bool:
    decided = next((one.data for one in events if isinstance(one.data, TurnDecided)), None)
    return decided is not None and decided.first


def conversations_in(events: Iterable[Event[Any]]) -> dict[tuple[str, str], list[Event[Any]]]:
    """The events by tenant and conversation, of those in which something was decided."""
    found: dict[tuple[str, str], list[Event[Any]]] = {}
    for event in events:
        found.setdefault((event.tenantid, event.partitionkey), []).append(event)
    return {
        key: those for key, those in found.items() if any(isinstance(one.data, TurnDecided) for one in those)
    }
