"""Carrying out what an operator wants done about one failure: do it, remember it, say it."""

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import uuid5

from chassis.clock import Clock
from chassis.failures.dead_letter import body_of
from chassis.failures.failure import Deed, Failure, Status
from chassis.failures.history import History
from chassis.failures.settled import SettledFailures
from chassis.failures.source import CannotBeRetried, FailureSource, Order
from chassis.handling import Publisher
from contracts import events
from contracts.envelope import Event
from contracts.operations import (
    Edited,
    FailureDiscarded,
    FailureJobRequested,
    FailureKind,
    FailureRetried,
    Operator,
)

_SETTLED: Final[dict[str, Status]] = {"retry": "retried", "discard": "discarded"}


class Repair:
    """Whoever dies in between is followed by somebody who does it again, under the same ids."""

    def __init__(
        self,
        sources: Iterable[FailureSource],
        history: History,
        settled: SettledFailures,
        noted: Collection[FailureKind],
        *,
        publisher: Publisher,
        clock: Clock,
    ) -> None:
        """`noted` are the kinds of which a note is kept, since their sources forget what is settled."""
        self._sources = {source.kind: source for source in sources}
        self._history = history
        self._settled = settled
        self._noted = noted
        self._publisher = publisher
        self._clock = clock

    async def __call__(self, asked: Event[FailureJobRequested], failure: Failure) -> None:
        """Raises CannotBeRetried; TransientError when it shall be done again later."""
        done = [deed for deed in await self._history.of(failure.id) if deed.job == asked.id]
        deed = done[0] if done else self._deed(asked, failure)
        if not done:
            await self._do(asked, failure)
            if failure.kind in self._noted:
                await self._settled.keep(failure, _SETTLED[asked.data.action])
            await self._history.add(failure.id, deed)
        await self._publisher.publish(_fact(asked, failure, deed))

    async def _do(self, asked: Event[FailureJobRequested], failure: Failure) -> None:
        job = asked.data
        order = Order(asked.id, job.personal.by, job.reason, job.personal.edited)
        if order.edited:
            _refuse_broken(order.edited)
        source = self._sources[failure.kind]
        await (source.retry(failure, order) if job.action == "retry" else source.discard(failure, order))

    def _deed(self, asked: Event[FailureJobRequested], failure: Failure) -> Deed:
        job = asked.data
        edited = job.personal.edited if job.action == "retry" else None
        return Deed(
            at=self._clock(),
            by=job.personal.by,
            job=asked.id,
            action="edit" if edited else job.action,
            reason=job.reason,
            before=_as_object(failure.payload) if edited else None,
            after=edited,
        )


def _refuse_broken(edited: dict[str, Any]) -> None:
    try:
        events.read(body_of(edited))
    except events.MalformedEvent as error:
        raise CannotBeRetried(f"the edited event breaks its contract: {error}") from error


def _as_object(payload: dict[str, Any] | str) -> dict[str, Any]:
    return payload if isinstance(payload, dict) else {"text": payload}


def _fact(asked: Event[FailureJobRequested], failure: Failure, deed: Deed) -> Event[Any]:
    what: dict[str, Any] = {
        **failure.model_dump(include={"service", "kind", "queue", "event_type"}),
        "failure_id": failure.id,
        "job": asked.id,
    }
    said: FailureDiscarded | FailureRetried
    if deed.action == "discard":
        said = FailureDiscarded(**what, reason=deed.reason, personal=Operator(by=deed.by))
    else:
        said = FailureRetried(**what, personal=Edited(by=deed.by, before=deed.before, after=deed.after))
    conversation = failure.conversation or str(failure.id)
    fact = events.caused(asked, 0, said, source=failure.service, time=deed.at, partition=conversation)
    own_id = uuid5(asked.id, str(failure.id))
    return fact.model_copy(update={"id": own_id, "tenantid": failure.tenant})
