"""Circuit breaker (Nygard, Release It!): whoever keeps failing is left alone for a while. Pure.

Closed: calls are made and counted. Open: none is made. Half open: one probes, and its end decides.
`SharedEntries` shares circuits among replicas. Moments are seconds since the epoch.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from chassis.resilience.sliding_window import Counts, Window

State = Literal["closed", "open", "half-open"]

_EMPTY: Final = Window()
_RANK: Final[dict[State, int]] = {"closed": 0, "open": 1, "half-open": 2}


@dataclass(frozen=True, slots=True)
class Limits:
    """When a circuit opens, and for how long.

    It opens after `failures` in a row; or when, of at least `least_calls` in the last `window_seconds`, the
    part `failure_rate` failed or the part `slow_rate` took `slow_seconds` or more. After `open_seconds` one
    call probes; a probe that says nothing for `probe_seconds` is taken for dead, and another call may.
    """

    failures: int = 5
    window_seconds: float = 60.0
    least_calls: int = 10
    failure_rate: float = 0.5
    slow_seconds: float = 10.0
    slow_rate: float = 0.8
    open_seconds: float = 60.0
    probe_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call that was `began` at this moment ended."""

    began: float
    failed: bool = False
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Circuit:
    """One circuit. `since`: when it last opened or closed, and `why`. `row`: failures since the last success.

    `probe` names the call that probes, empty if none does.
    """

    stage: State = "closed"
    since: float = 0.0
    why: str = ""
    row: int = 0
    window: Window = _EMPTY
    probe: str = ""
    probing_since: float = 0.0

    def state(self, now: float, limits: Limits) -> State:
        """What it is at this moment: an open one is half open once its time has passed."""
        if self.stage == "open" and not _lasts(self.since, limits.open_seconds, now):
            return "half-open"
        return self.stage

    def admits(self, now: float, limits: Limits) -> bool:
        """Whether a call may be made now, if only as its probe."""
        match self.state(now, limits):
            case "closed":
                return True
            case "open":
                return False
            case "half-open":
                return not (self.probe and _lasts(self.probing_since, limits.probe_seconds, now))

    def probed(self, by: str, now: float) -> "Circuit":
        """The circuit while this call probes it."""
        why = self.why if self.stage == "half-open" else "its time has passed, one call probes"
        # Were the clock set back, the probe would seem to have begun before it opened.
        since = min(self.since, now)
        return replace(self, stage="half-open", since=since, why=why, probe=by, probing_since=now)

    def released(self, probe: str, began: float | None = None) -> "Circuit":
        """The circuit after that probe says nothing: another call may be it."""
        earlier = began is not None and began < self.since
        if not probe or self.probe != probe or earlier:
            return self
        return replace(self, probe="", probing_since=0.0)

    def after(self, outcome: Outcome, now: float, limits: Limits, probe: str = "") -> "Circuit":
        """The circuit after a call, which was its probe of that name.

        While it is not closed, only a call begun after it opened can be the probe; others change nothing.
        """
        counts = Counts(1, int(outcome.failed), int(outcome.slow))
        if self.stage == "closed":
            return self._counted(counts, self.row + 1 if outcome.failed else 0, now, limits)
        if not probe or self.probe != probe or outcome.began < self.since:
            return self
        if outcome.failed or outcome.slow:
            window = self.window.counted(counts, now, limits.window_seconds)
            return Circuit("open", now, f"its probe {'failed' if outcome.failed else 'was slow'}", 1, window)
        return Circuit("closed", now, "its probe succeeded")

    def after_successes(self, counts: Counts, now: float, limits: Limits) -> "Circuit":
        """The circuit after calls none of which failed or was its probe."""
        return self._counted(counts, 0, now, limits) if self.stage == "closed" else self

    def counts(self, now: float, limits: Limits) -> Counts:
        """The calls of its window."""
        return self.window.counts(now, limits.window_seconds)

    def joined(self, other: "Circuit") -> "Circuit":
        """What two replicas know that did not hear of each other: what happened last holds."""
        mine, theirs = (self.since, _RANK[self.stage]), (other.since, _RANK[other.stage])
        if mine != theirs:
            return max((mine, self), (theirs, other), key=lambda known: known[0])[1]
        return replace(
            max(self, other, key=lambda one: (one.probing_since, one.probe, one.why)),
            row=max(self.row, other.row),
            window=self.window.joined(other.window),
        )

    def _counted(self, counts: Counts, row: int, now: float, limits: Limits) -> "Circuit":
        window = self.window.counted(counts, now, limits.window_seconds)
        troubled = counts.failures or counts.slow  # a good call opens nothing, whatever came before it
        why = _too_much(window.counts(now, limits.window_seconds), row, limits) if troubled else ""
        if why:
            return Circuit("open", now, why, row, window)
        return replace(self, row=row, window=window)


def _too_much(counts: Counts, row: int, limits: Limits) -> str:
    """Why a circuit opens now; empty if it does not."""
    if row >= limits.failures:
        return f"{row} failures in a row"
    if counts.calls < limits.least_calls:
        return ""
    within = f"of {counts.calls} calls in {limits.window_seconds:g} s"
    if counts.failures >= limits.failure_rate * counts.calls:
        return f"{counts.failures} {within} failed"
    if counts.slow >= limits.slow_rate * counts.calls:
        return f"{counts.slow} {within} took {limits.slow_seconds:g} s or more"
    return ""


def _lasts(since: float, seconds: float, now: float) -> bool:
    # In both directions: a clock that was set back by an hour must not keep it open for an hour.
    return abs(now - since) < seconds
