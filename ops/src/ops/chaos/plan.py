"""What is broken and when: a plan that follows from its seed alone. Times are seconds of the load."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from random import Random
from typing import Final

CALM: Final = 8.0
"""Seconds before the first scene, by which normal times are known."""

ORDERED: Final = ("conversation", "notifier")
"""The services that own partitions: where order matters, and which are scaled."""


class Kind(StrEnum):
    """A kind of fault, named as the report names it."""

    KILL = "kill -9"
    SCALE = "scale"
    ROLL = "rolling restart"
    RABBITMQ_RESTART = "RabbitMQ restarted"
    RABBITMQ_KILL = "RabbitMQ kill -9"
    REDIS_GONE = "Redis gone"
    STORE_GONE = "store gone"
    CUT = "connections cut"
    VENDOR_LIMITS = "vendor answers 429"
    VENDOR_FAILS = "vendor answers 500"
    VENDOR_SILENT = "vendor times out"
    VENDOR_LATE = "vendor late, sender killed"
    PARTITIONS = "partitions changed"


@dataclass(frozen=True)
class Scene:
    """One fault: `target` is a service, `count` replicas or partitions, `lasts` how long the fault holds, and
    `length` how long until the next scene."""

    kind: Kind
    length: float
    target: str = ""
    count: int = 0
    lasts: float = 0.0
    at: float = 0.0

    @property
    def title(self) -> str:
        """What happens, in a few words."""
        match self.kind:
            case Kind.SCALE | Kind.PARTITIONS:
                return f"{self.kind} {self.target} → {self.count}"
            case Kind.KILL | Kind.ROLL:
                return f"{self.kind} {self.target}"
            case _ if self.lasts:
                return f"{self.kind} {self.lasts:.0f} s"
        return str(self.kind)


_SCALE_UP: Final = tuple(Scene(Kind.SCALE, 8.0, one, 4) for one in ORDERED)
_SCALE_DOWN: Final = tuple(Scene(Kind.SCALE, 5.0, one, 2) for one in ORDERED)
_KILLS: Final = (
    *(Scene(Kind.KILL, 5.0, one) for one in ORDERED * 2),
    *(Scene(Kind.KILL, 3.0, one) for one in ("gateway", "scheduler", "ai-router") * 2),
)
_ROLLS: Final = tuple(Scene(Kind.ROLL, 8.0, one) for one in ORDERED)
_OTHERS: Final = (
    Scene(Kind.RABBITMQ_RESTART, 10.0),
    Scene(Kind.RABBITMQ_KILL, 10.0),
    Scene(Kind.REDIS_GONE, 22.0, lasts=20.0),
    Scene(Kind.STORE_GONE, 23.0, lasts=20.0),
    Scene(Kind.CUT, 4.0),
    Scene(Kind.VENDOR_LIMITS, 5.0, lasts=3.0),
    Scene(Kind.VENDOR_FAILS, 5.0, lasts=3.0),
    Scene(Kind.VENDOR_SILENT, 7.0, lasts=3.0),
    Scene(Kind.VENDOR_LATE, 5.0),
)


def plan(seed: int, seconds: float) -> tuple[Scene, ...]:
    """The scenes of a load of so many seconds: each kind at least once, then again while there is time.

    Raises ValueError when not even one round fits.
    """
    if seconds < SHORTEST:
        raise ValueError(f"every fault once takes {SHORTEST:.0f} s")
    scenes, at = [], CALM
    for scene in chain.from_iterable(_rounds(Random(seed))):  # noqa: S311 - a plan, no secret
        if at + scene.length > seconds:
            break
        scenes.append(replace(scene, at=at))
        at += scene.length
    return tuple(scenes)


def _rounds(random: Random) -> Iterator[list[Scene]]:
    """Rounds without end. Each scales up first, so that most faults meet several replicas, and down
    late; then it is quicker to replace all that are left."""
    partitions = 24
    while True:
        first, later = list(_SCALE_UP), [*_KILLS, *_OTHERS]
        later.append(Scene(Kind.PARTITIONS, 6.0, "conversation", partitions))
        random.shuffle(first)
        random.shuffle(later)
        for down, roll in zip(_SCALE_DOWN, _ROLLS, strict=True):
            at = random.randint(len(later) // 2, len(later))
            later[at:at] = [down, roll]
        yield [*first, *later]
        partitions = 40 - partitions  # 16 and 24 by turns


SHORTEST: Final = CALM + sum(scene.length for scene in next(_rounds(Random(0))))  # noqa: S311
"""Seconds of a load in which every fault happens."""
