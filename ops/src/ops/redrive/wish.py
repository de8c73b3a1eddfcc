"""What shall be handed out again, to whom. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Final

from chassis.messaging.waiting_room import FROM_OPERATORS
from chassis.record import Recorded
from contracts.catalogue import CATALOGUE, consumed_by
from contracts.envelope import Event
from ops.moments import moment

SERVICES: Final = tuple(sorted({service for row in CATALOGUE for service in row.consumers}))


class NotUnderstood(Exception):
    """The message says what can be asked instead."""


@dataclass(frozen=True)
class Wish:
    """Events of these types that were recorded from `since` up to, but not at, `until` (UTC).

    `again` is the reason why they are handled anew, under new ids; without it they are recognised.
    """

    service: str
    types: tuple[str, ...]
    since: datetime
    until: datetime
    tenant: str | None = None
    conversation: str | None = None
    again: str | None = None

    def may_mean(self, recorded: Recorded) -> bool:
        """As far as can be told without reading the event."""
        return (
            recorded.type in self.types
            and self.tenant in (None, recorded.tenant)
            and self.conversation in (None, recorded.conversation)
        )

    def means(self, event: Event[Any]) -> bool:
        """Whether it was recorded in that time, and is not itself something said anew."""
        return event.againof is None and self.since <= recorded_at(event) < self.until


def wish_of(
    service: str,
    patterns: Iterable[str],
    span: tuple[str, str],
    *,
    tenant: str | None = None,
    conversation: str | None = None,
    again: str | None = None,
) -> Wish:
    """What was asked on the command line. Raises NotUnderstood."""
    now = datetime.now().astimezone()
    types = types_of(service, patterns)
    try:
        since, until = (moment(one, now) for one in span)
    except ValueError as error:
        raise NotUnderstood(str(error)) from None
    if since >= until:
        raise NotUnderstood(
            f"nothing lies between {since:%d %b %Y %H:%M:%S} and {until:%d %b %Y %H:%M:%S} UTC"
        )
    if again is not None and not again.strip():
        raise NotUnderstood("say in --again why they are handled anew")
    return Wish(service, types, since, until, tenant, conversation, again)


def recorded_at(event: Event[Any]) -> datetime:
    """When an event was recorded; where that is not known, when it happened."""
    return event.recordedtime or event.time


def types_of(service: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """The event types that are meant, out of those the service consumes. Raises NotUnderstood.

    What operators asked is never handed out again: an old `resume --discard` would give up what waits now.
    """
    if service not in SERVICES:
        raise NotUnderstood(f"no service {service!r} takes events: it is one of {', '.join(SERVICES)}")
    possible = [row.type for row in consumed_by(service) if row.model not in FROM_OPERATORS]
    found = {pattern: [one for one in possible if fnmatchcase(one, pattern)] for pattern in patterns}
    if nothing := [pattern for pattern, types in found.items() if not types]:
        raise NotUnderstood(
            f"{service} takes nothing that fits {', '.join(nothing)}; it takes {', '.join(possible)}."
            " What operators asked (pauses, jobs, partitions) is asked anew, not redriven"
        )
    return tuple(one for one in possible if any(one in types for types in found.values()))
