"""Having a question answered: attempt after attempt, inside one deadline.

With hedging a second way is asked as well when the first takes unusually long, and the first answer counts.
The call that was beaten is not broken off: what comes of it is learnt, or a vendor that hangs would never be
found out.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ai_router.attempts import Attempts, Made, Record
from ai_router.domain.failures import VendorFailure
from ai_router.domain.next_try import Limits, Tried, Try, Wait, next_try
from ai_router.domain.pulse import Pulse
from ai_router.domain.routing_policy import Plan
from ai_router.domain.standings.standing import Standing
from contracts.completions import Attempt, CompletionRequested, FailureReason


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question: an answer, or the reason why there is none."""

    attempts: tuple[Attempt, ...]
    made: Made | None = None
    reason: FailureReason = "not_configured"
    detail: str = ""

    @property
    def cost(self) -> Decimal | None:
        """What all attempts cost together, in US dollars; None if that is not known."""
        known = [one.cost for one in self.attempts if one.cost is not None]
        return sum(known, Decimal(0)) if known else None


class Router:
    """Asks vendors. `deadline` in seconds, for all attempts at one question."""

    def __init__(
        self, attempts: Attempts, *, deadline: float = 30.0, limits: Limits | None = None, hedge: bool = False
    ) -> None:
        self._attempts = attempts
        self._deadline = deadline
        self._limits = limits or Limits()
        self._hedge = hedge
        self._pulse = Pulse()
        self._beaten: set[asyncio.Task[Made | None]] = set()

    async def ask(self, request: CompletionRequested, plan: Plan) -> Asked:
        """Never raises for a vendor's sake: why there is no answer stands in what comes back."""
        running = _Running(request, plan, asyncio.get_running_loop().time() + self._deadline)
        standing = await self._attempts.standings.look()
        self._pass_over(running, standing)
        while step := self._next(running, standing):
            if isinstance(step, Wait):
                await asyncio.sleep(step.seconds)
                running.round += 1
            elif made := await self._answered(running, step, standing):
                return Asked(running.record.so_far(made.completion), made)
            standing = await self._attempts.standings.look()
        return _unanswered(running)

    async def aclose(self) -> None:
        """Breaks off the calls that were beaten: vendors are not to be blamed for our leaving."""
        await _stop(self._beaten)

    def _pass_over(self, running: "_Running", standing: Standing) -> None:
        unfit = [(one.way, one.reason) for one in running.plan.passed_over]
        hindered = [(way, why) for way in running.plan.ways if (why := standing.hindrance(way))]
        for way, reason in (*unfit, *hindered):
            running.record.ended.append(self._attempts.passed_over(way, reason))
            running.passed_over.append(reason)

    def _next(self, running: "_Running", standing: Standing, *under_way: Tried) -> Try | Wait | None:
        return next_try(
            running.plan.ways, standing, (*running.tried, *under_way), running.round,
            left=running.deadline - asyncio.get_running_loop().time(),
            now=self._attempts.clock(), limits=self._limits,
        )  # fmt: skip

    async def _answered(self, running: "_Running", first: Try, standing: Standing) -> Made | None:
        """By this attempt, or by a second one beside it; None if neither has an answer."""
        patience = self._pulse.p95(first.way) if self._hedge else None
        if patience is None or patience >= first.patience:
            return await self._tried(running, first)
        tasks = {asyncio.create_task(self._tried(running, first))}
        try:
            done, _ = await asyncio.wait(tasks, timeout=patience)
            under_way = Tried(first.way, first.key, running.round)
            second = None if done else self._next(running, standing, under_way)
            if isinstance(second, Try):
                tasks.add(asyncio.create_task(self._tried(running, second)))
            made = await _first_answer(tasks)
        except BaseException:
            await _stop(tasks)
            raise
        self._beaten = {task for task in (*self._beaten, *tasks) if not task.done()}
        return made

    async def _tried(self, running: "_Running", attempt: Try) -> Made | None:
        try:
            made = await self._attempts.make(running.request, attempt, running.record)
        except VendorFailure as failure:
            running.tried.append(Tried(attempt.way, attempt.key, running.round, failure))
            return None
        self._pulse.note(made.way, made.seconds)
        return made


@dataclass
class _Running:
    """One question while it is being answered. `deadline` on the event loop's clock."""

    request: CompletionRequested
    plan: Plan
    deadline: float
    record: Record = field(default_factory=Record)
    tried: list[Tried] = field(default_factory=list)
    passed_over: list[FailureReason] = field(default_factory=list)
    round: int = 0


async def _first_answer(tasks: Iterable[asyncio.Task[Made | None]]) -> Made | None:
    for ended in asyncio.as_completed(tasks):
        if made := await ended:
            return made
    return None


async def _stop(tasks: Iterable[asyncio.Task[Made | None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _unanswered(running: _Running) -> Asked:
    """The last vendor's reason, else why the first way was passed over."""
    record = running.record.so_far()
    for one in reversed(running.tried):
        if one.failure:
            told = f"{one.way.vendor} {one.way.model} {one.failure.detail}"
            return Asked(record, reason=one.failure.reason, detail=told.strip())
    return Asked(record, reason=running.passed_over[0] if running.passed_over else "not_configured")
