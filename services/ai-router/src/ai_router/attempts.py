"""One attempt at an answer: admitted, made, noted, and put on record however it ends."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from ai_router import observing
from ai_router.domain.completion import Completion, Usage
from ai_router.domain.failures import CircuitOpen, Malformed, VendorFailure
from ai_router.domain.next_try import Try
from ai_router.domain.ways import Key, Way
from ai_router.ports import Standings, Vendor
from chassis.clock import Clock
from contracts.completions import Attempt, CompletionRequested, FailureReason

Cost = Callable[[str, str, Usage], Decimal | None]
"""US dollars for the tokens of a vendor's model; None where its price is not known."""

Outcome = Literal["generated", "abandoned"] | FailureReason

UNKNOWN: Final = Usage()


@dataclass(frozen=True, slots=True)
class Made:
    """An answer, by a way with a key, after so many seconds."""

    completion: Completion
    way: Way
    key: Key
    seconds: float


@dataclass(frozen=True)
class Record:
    """The attempts at one question that have ended, in that order, and those under way."""

    ended: list[Attempt] = field(default_factory=list)
    under_way: list["UnderWay"] = field(default_factory=list)

    def so_far(self, answer: Completion | None = None) -> tuple[Attempt, ...]:
        """All of them. Those under way have been beaten by the `answer`."""
        return (*self.ended, *(one.beaten_by(answer) for one in self.under_way))


@dataclass(frozen=True)
class Attempts:
    """Makes attempts; each is written into the record of its question."""

    vendors: Mapping[str, Vendor]
    standings: Standings
    cost: Cost
    clock: Clock

    async def make(self, request: CompletionRequested, attempt: Try, record: Record) -> Made:
        """A whole answer. Raises VendorFailure."""
        way, key = attempt.way, attempt.key
        if not await self.standings.admit(way, key):
            record.ended.append(self.passed_over(way, CircuitOpen.reason))
            raise CircuitOpen
        under_way = UnderWay(attempt, self.cost, self.clock(), time.perf_counter())
        record.under_way.append(under_way)
        try:
            completion = await self._complete(request, attempt)
        except VendorFailure as failure:
            record.ended.append(under_way.failed(failure))
            await self.standings.note(way, key, under_way.seconds, failure)
            raise
        except BaseException:
            record.ended.append(under_way.ended("abandoned"))
            await self.standings.release(way, key)
            raise
        finally:
            record.under_way.remove(under_way)
        record.ended.append(under_way.answered(completion))
        await self.standings.note(way, key, under_way.seconds, None)
        return Made(completion, way, key, under_way.seconds)

    async def _complete(self, request: CompletionRequested, attempt: Try) -> Completion:
        way = attempt.way
        try:
            return await self.vendors[way.vendor].complete(request, way.model, attempt.key, attempt.patience)
        except VendorFailure:
            raise
        except Exception as error:
            # What an adapter did not foresee must not keep others from answering.
            observing.unforeseen(way, error)
            raise Malformed(type(error).__name__) from None

    def passed_over(self, way: Way, reason: FailureReason) -> Attempt:
        """The record of a way that nobody was asked on."""
        observing.passed_over(way, reason)
        return Attempt(vendor=way.vendor, model=way.model, asked=False, outcome=reason, at=self.clock())


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An attempt since it began; `started` on the clock of `time.perf_counter`."""

    attempt: Try
    price: Cost
    at: datetime
    started: float

    @property
    def seconds(self) -> float:
        return round(time.perf_counter() - self.started, 4)

    def answered(self, completion: Completion) -> Attempt:
        told = None if completion.cost is None else Decimal(str(completion.cost))
        return self.ended("generated", usage=completion.usage, cost=told)

    def failed(self, failure: VendorFailure) -> Attempt:
        return self.ended(failure.reason, failure.detail, Usage(*failure.tokens))

    def beaten_by(self, answer: Completion | None) -> Attempt:
        """As if it ended now. What it will cost is not known yet: about what the answer's tokens would."""
        way = self.attempt.way
        cost = self.price(way.vendor, way.model, answer.usage) if answer else None
        return self._entry("abandoned", "another was quicker, its cost is guessed", UNKNOWN, cost)

    def ended(
        self,
        outcome: Outcome,
        detail: str = "",
        usage: Usage = UNKNOWN,
        cost: Decimal | None = None,
    ) -> Attempt:
        """As it ended, counted."""
        if cost is None and usage.input is not None:
            cost = self.price(self.attempt.way.vendor, self.attempt.way.model, usage)
        entry = self._entry(outcome, detail, usage, cost)
        observing.attempted(entry)
        return entry

    def _entry(self, outcome: Outcome, detail: str, usage: Usage, cost: Decimal | None) -> Attempt:
        way = self.attempt.way
        return Attempt(
            vendor=way.vendor, model=way.model, key=self.attempt.key.alias, asked=True, outcome=outcome,
            detail=detail, at=self.at, seconds=self.seconds, input_tokens=usage.input,
            output_tokens=usage.output, cost=cost,
        )  # fmt: skip
