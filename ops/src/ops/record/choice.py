"""Which events of the record are asked for. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Final

from pydantic_core import from_json

from chassis.record import Recorded
from contracts.envelope import conversation_id
from contracts.messages import Channel
from gateway.domain.refs import addresses_of, spellings_of

_DISORDER: Final = timedelta(minutes=1)
"""So far apart two events may lie by their own time that are recorded side by side."""


@dataclass(frozen=True)
class Choice:
    """All that is given must hold. `conversation` is an id, or the customer's number or address."""

    tenant: str | None = None
    conversation: str | None = None
    types: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    _conversations: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def takes(self, one: Recorded) -> bool:
        """Whether an event is asked for. Its body is looked into only when nothing else decides."""
        return (
            (self.tenant is None or one.tenant == self.tenant)
            and (not self.types or any(fnmatchcase(one.type, glob) for glob in self._globs))
            and (self.conversation is None or one.conversation in self._meant(one.tenant))
            and self._timely(one)
        )

    def all_earlier(self, one: Recorded) -> bool:
        """Whether what is recorded before this event is too old to be asked for."""
        return self.since is not None and _known(recorded_at(one), self.since) < self.since - _DISORDER

    def all_later(self, one: Recorded) -> bool:
        """Whether what is recorded after this event is too new to be asked for."""
        return self.until is not None and _known(recorded_at(one), self.until) > self.until + _DISORDER

    @cached_property
    def _globs(self) -> tuple[str, ...]:
        """A type without its version means all of them."""
        return tuple(glob for one in self.types for glob in (one, f"{one}.v[0-9]*"))

    def _meant(self, tenant: str) -> frozenset[str]:
        said = self.conversation or ""
        if tenant not in self._conversations:
            ids = (conversation_id(tenant, channel, one) for channel in Channel for one in addresses_of(said))
            self._conversations[tenant] = frozenset((*spellings_of(said), *ids))
        return self._conversations[tenant]

    def _timely(self, one: Recorded) -> bool:
        if self.since is None and self.until is None:
            return True
        moment = recorded_at(one)
        if moment is None:
            return True  # what does not say when is shown, not hidden
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


def content_of(one: Recorded) -> dict[str, Any]:
    """The event's JSON without a model; empty when it is none."""
    try:
        content = from_json(one.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def recorded_at(one: Recorded) -> datetime | None:
    """When an event was recorded, in UTC; None when it does not say."""
    content = content_of(one)
    try:
        moment = datetime.fromisoformat(str(content.get("recordedtime") or content.get("time")))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _known(moment: datetime | None, otherwise: datetime) -> datetime:
    return otherwise if moment is None else moment
