"""Failures of the same make taken together, so that a thousand of them are one line. Pure."""

from collections.abc import Iterable
from hashlib import sha256

from pydantic import BaseModel, ConfigDict, computed_field

from chassis.failures.failure import Failure
from contracts.envelope import Instant
from contracts.operations import FailureKind


class Group(BaseModel):
    """Failures of one service, kind, queue, event type and exception."""

    model_config = ConfigDict(frozen=True)

    service: str
    kind: FailureKind
    queue: str
    event_type: str
    exception: str
    count: int
    first_at: Instant
    last_at: Instant
    tenants: tuple[str, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def id(self) -> str:
        """A short name, the same as long as the group is the same, whatever comes and goes beside it."""
        make = "\n".join((self.service, self.kind, self.queue, self.event_type, self.exception))
        return sha256(make.encode()).hexdigest()[:6]


def grouped(failures: Iterable[Failure]) -> list[Group]:
    """The groups, the largest first."""
    groups: dict[str, Group] = {}
    for failure in failures:
        one = _alone(failure)
        groups[one.id] = _together(groups[one.id], one) if one.id in groups else one
    return sorted(groups.values(), key=lambda group: (-group.count, group.id))


def _alone(failure: Failure) -> Group:
    return Group(
        **failure.model_dump(
            include={"service", "kind", "queue", "event_type", "exception", "first_at", "last_at"}
        ),
        count=1,
        tenants=(failure.tenant,),
    )


def _together(group: Group, other: Group) -> Group:
    return group.model_copy(
        update={
            "count": group.count + other.count,
            "first_at": min(group.first_at, other.first_at),
            "last_at": max(group.last_at, other.last_at),
            "tenants": tuple(sorted({*group.tenants, *other.tenants})),
        }
    )
