"""From times to figures and verdicts. Pure; seconds come in, milliseconds and megabytes go out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final, Literal

from ops.bench_ai.load import Times

Name = Literal["direct", "router", "events", "litellm"]
PERCENTS: Final = (50, 95, 99)


@dataclass(frozen=True)
class Scene:
    """Under which something is measured: the vendor's delay in milliseconds, questions at the same time."""

    delay: int
    at_once: int


@dataclass(frozen=True)
class Measured:
    """One contestant in one scene of one round.

    `spent` is processor time in seconds of what is measured itself, `spent_by_all` of everything that the
    run has started; `memory` in bytes, of what is measured itself.
    """

    name: Name
    scene: Scene
    round: int
    times: Times
    spent: float
    spent_by_all: float
    memory: int


@dataclass(frozen=True)
class Figures:
    """Medians over the rounds. `took` and `added`: milliseconds, p50, p95, p99; `added` to a direct call.

    `spent`, `spent_by_all`: milliseconds of processor time a question. `memory`: the most, in megabytes.
    """

    name: Name
    scene: Scene
    questions: int
    took: tuple[float, ...]
    added: tuple[float, ...]
    per_second: float
    spent: float
    spent_by_all: float
    memory: float


@dataclass(frozen=True)
class Verdict:
    """Whether an aim was reached, and the figures that say so. None: it could not be measured."""

    aim: str
    reached: bool | None
    because: str


def percentiles(times: Times) -> tuple[float, ...]:
    """In milliseconds, those of PERCENTS."""
    cuts = quantiles(times.each, n=100, method="inclusive")
    return tuple(cuts[percent - 1] * 1000 for percent in PERCENTS)


def figures(measured: Sequence[Measured]) -> list[Figures]:
    """One for each contestant and scene, in the order in which they first appear."""
    keys = dict.fromkeys((one.scene, one.name) for one in measured)
    return [_figures(name, scene, measured) for scene, name in keys]


def _figures(name: Name, scene: Scene, measured: Sequence[Measured]) -> Figures:
    here = [one for one in measured if one.scene == scene]
    direct = {one.round: median(one.times.each) * 1000 for one in here if one.name == "direct"}
    own = [one for one in here if one.name == name]
    took = [percentiles(one.times) for one in own]
    # From every question the median of the direct calls is taken: what the direct calls themselves vary
    # by stays with the contestant.
    added = [[ms - direct[one.round] for ms in percents] for one, percents in zip(own, took, strict=True)]
    return Figures(
        name,
        scene,
        questions=sum(len(one.times.each) for one in own),
        took=_medians(took),
        added=_medians(added),
        per_second=median(one.times.per_second for one in own),
        spent=_a_question(own, lambda one: one.spent),
        spent_by_all=_a_question(own, lambda one: one.spent_by_all),
        memory=max(one.memory for one in own) / 1e6,
    )


def _medians(rounds: Iterable[Sequence[float]]) -> tuple[float, ...]:
    return tuple(median(column) for column in zip(*rounds, strict=True))


def _a_question(own: Sequence[Measured], spent: Callable[[Measured], float]) -> float:
    return median(spent(one) / len(one.times.each) * 1000 for one in own)
