"""The run of a drill: fails the vendor, asks all the while, heals it, and waits until it is asked again."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any, Final

from rich.console import Console
from rich.live import Live

from ops.ai.drill.board import board
from ops.ai.drill.course import Course, Question
from ops.ai.drill.lanes import Lane
from ops.ai.drill.wish import Wish
from ops.api import Api, ApiProblem

_CALL_SECONDS: Final = 90.0
_LOOK_SECONDS: Final = 0.3
_RECOVERS_WITHIN: Final = 180.0
"""Seconds after the vendor is well; a circuit stays open for one minute by default."""
_AT_ONCE: Final = 64
_QUESTION: Final = "Answer with the word yes."


class Drill:
    """One drill. What it sees stands in `course`."""

    def __init__(self, wish: Wish, api: Api, lane: Lane, course: Course, console: Console) -> None:
        self._wish, self._api, self._lane, self._course = wish, api, lane, course
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._began = time.monotonic()
        self._looked = 0.0

    def run(self) -> None:
        """Ctrl-C ends the fault early; once more, the whole drill. Raises ApiProblem."""
        with ThreadPoolExecutor(_AT_ONCE) as pool, self._live, suppress(KeyboardInterrupt):
            with self._failing(), suppress(KeyboardInterrupt):
                end = self._now() + self._wish.seconds
                self._ask(pool, lambda: self._now() >= end, lambda: f"fails, {end - self._now():.0f} s left")
            end = self._now() + _RECOVERS_WITHIN
            self._ask(pool, lambda: self._recovered() or self._now() >= end, lambda: "well again")

    @contextmanager
    def _failing(self) -> Iterator[None]:
        self._lane.fail()
        try:
            yield
        finally:
            self._lane.heal()
            self._course.healed_at = self._now()

    def _recovered(self) -> bool:
        return self._course.closed_at is not None and not self._course.in_flight

    def _ask(self, pool: ThreadPoolExecutor, over: Callable[[], bool], phase: Callable[[], str]) -> None:
        due = self._now()
        while not over():
            if self._now() >= due and self._course.closed_at is None:
                self._course.in_flight += 1
                pool.submit(self._asked, self._first()).add_done_callback(self._came)
                due = max(due + self._wish.every, self._now() - 1)
            if self._now() - self._looked >= _LOOK_SECONDS:
                self._look()
            self._live.update(board(self._course, phase()), refresh=True)
            time.sleep(min(_LOOK_SECONDS, max(0.01, due - self._now())))

    def _first(self) -> str:
        """What is asked first: a model whose circuit waits for its probe, else the vendor."""
        waiting = [one for one in self._course.places if one["state"] == "half-open" and one["model"]]
        return f"{self._wish.vendor}/{waiting[0]['model']}" if waiting else self._wish.vendor

    def _asked(self, first: str) -> Question:
        at = self._now()
        body = {"question": _QUESTION, "first": first, **self._lane.body()}
        try:
            told = self._api.request("POST", "/api/v1/ai/trial", body, patience=_CALL_SECONDS)
        except ApiProblem as problem:
            return Question(at, self._now() - at, None, str(problem))
        return _question(told, at)

    def _came(self, done: "Future[Question]") -> None:
        self._course.in_flight -= 1
        self._course.questions.append(done.result())

    def _look(self) -> None:
        self._looked = self._now()
        with suppress(ApiProblem):  # the next look may do
            told = self._api.request("GET", f"/api/v1/ai?lane={self._lane.router}")
            self._course.looked(told, self._now())

    def _now(self) -> float:
        return time.monotonic() - self._began


def _question(told: dict[str, Any], at: float) -> Question:
    """`seconds` by the router's clock: the way there and back is not the vendors'."""
    return Question(
        at, told["seconds"], told["vendor"], told["reason"] or "", tuple(told["attempts"]),
        Decimal(told["cost"] or 0),
    )  # fmt: skip
