"""One attempt to hand a message to its vendor, and what is known of it, also after a death."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

from chassis.clock import Clock
from chassis.errors import PermanentError
from contracts.envelope import Event
from contracts.messages import Channel, MessageSendRequested
from notifier.domain.rate_limits import RateLimits
from notifier.ports import (
    Accepted,
    ChannelSender,
    Deliveries,
    Departures,
    NotAccepted,
    RateLimited,
    Record,
    Refused,
    Tenants,
    Unanswered,
)

Request: TypeAlias = Event[MessageSendRequested]
Outcome: TypeAlias = Accepted | NotAccepted | Refused | Unanswered


@dataclass(frozen=True)
class Attempts:
    """Makes attempts and remembers their outcomes until they are stored."""

    deliveries: Deliveries
    tenants: Tenants
    senders: Mapping[Channel, ChannelSender]
    departures: Departures
    clock: Clock
    _limits: RateLimits = field(default_factory=RateLimits, init=False)
    _outcomes: dict[UUID, tuple[UUID, Outcome]] = field(default_factory=dict, init=False)
    # What this process knows of its own last attempt at a message while the store does not: without it, a
    # short absence of the store during a send would make the message uncertain. Of whom an attempt is, its
    # mark says: a copy of the request in another process's hands may have marked one of the same number.

    def repeatable(self, channel: Channel) -> bool:
        """See ChannelSender."""
        return self.senders[channel].repeatable

    async def make(self, event: Request, record: Record) -> tuple[Record, Outcome]:
        """One call to the vendor. Raises RateLimited, without one, while the vendor wants none."""
        self._refuse_while_limited(event, record)
        tenant = await self.tenants.get(event.tenantid)
        departure = _Departure(self, record)
        try:
            outcome: Outcome = await self.senders[event.data.channel].send(event, tenant, departure)
        except (NotAccepted, Refused, Unanswered) as told:
            outcome = told
        except PermanentError as error:
            outcome = Refused(str(error))
        if departure.announced:
            self._outcomes[record.delivery.id] = (departure.by, outcome)
        self._note_limit(event, outcome)
        return departure.announced or record, outcome

    def _refuse_while_limited(self, event: Request, record: Record) -> None:
        now = self.clock()
        mine = record.delivery.not_before
        seconds = max(
            (mine - now).total_seconds() if mine else 0.0,
            self._limits.seconds_left(event.tenantid, event.data.channel, now),
        )
        if seconds > 0:
            raise RateLimited("the vendor wants nothing more for now", retry_after=seconds)

    def _note_limit(self, event: Request, outcome: Outcome) -> None:
        if isinstance(outcome, RateLimited) and outcome.whole_account and outcome.retry_after:
            until = self.clock() + timedelta(seconds=outcome.retry_after)
            self._limits.note(event.tenantid, event.data.channel, until)

    async def mark(self, record: Record, by: UUID) -> Record:
        """The last write before the request's body leaves. If it fails, nothing leaves."""
        unmarked = NotAccepted("the store was away when the message was to leave")
        self._outcomes[record.delivery.id] = (by, unmarked)
        sending = record.delivery.sending(self.clock(), self.departures.place, by)
        marked = await self.deliveries.save(replace(record, delivery=sending))
        del self._outcomes[record.delivery.id]
        return marked

    def outcome_of(self, record: Record) -> Outcome:
        """What is known of an attempt that was announced and has no stored outcome."""
        by, outcome = self._outcomes.get(record.delivery.id, (None, None))
        return outcome if outcome and by == record.delivery.sending_by else self._lost(record)

    def _lost(self, record: Record) -> Outcome:
        here = record.delivery.sending_from == self.departures.place
        # Noting the departure ourselves keeps a sender that only seemed dead from leaving after all.
        if here and self.departures.depart(*_attempt_of(record)):
            return NotAccepted("the sender stopped before the request left")
        return Unanswered("the sender stopped before the vendor's answer was kept")

    def depart(self, record: Record) -> None:
        """The body leaves now. Raises NotAccepted if it must not."""
        if not self.departures.depart(*_attempt_of(record)):
            raise NotAccepted("another sender has taken this attempt over")

    def stored(self, record: Record, *, for_good: bool = False) -> None:
        """The outcome of this attempt lies in the store; `for_good`: nobody asks for the attempt again."""
        self._outcomes.pop(record.delivery.id, None)
        if for_good:
            self.departures.forget(*_attempt_of(record))


@dataclass
class _Departure:
    """One attempt on its way out."""

    attempts: Attempts
    record: Record
    announced: Record | None = None
    by: UUID = field(default_factory=uuid4)

    async def announce(self) -> None:
        self.announced = await self.attempts.mark(self.record, self.by)

    def leave(self) -> None:
        self.attempts.depart(self.record)


def _attempt_of(record: Record) -> tuple[UUID, int]:
    return record.delivery.id, record.delivery.tries
