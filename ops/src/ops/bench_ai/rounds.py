"""The order of the measurements: round after round, and in each round somebody else begins."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

import httpx

from ops.bench_ai.contestants import Contestant
from ops.bench_ai.figures import Measured, Scene
from ops.bench_ai.load import Order
from ops.bench_ai.verdicts import scene_named

SCENES: Final = (Scene(0, 1), Scene(0, 20), Scene(0, 100), Scene(50, 20))
_WARM_UP_SECONDS: Final = 1.5

T = TypeVar("T")


def turns(contestants: Sequence[T], rounds: int, scenes: Sequence[Scene]) -> Iterator[tuple[int, Scene, T]]:
    """Everybody once in every scene of every round; who begins changes from round to round."""
    for round_ in range(rounds):
        first = round_ % len(contestants)
        for scene in scenes:
            for contestant in (*contestants[first:], *contestants[:first]):
                yield round_, scene, contestant


async def play(
    contestants: Sequence[Contestant],
    vendor_url: str,
    rounds: int,
    seconds: float,
    tell: Callable[[str], None],
) -> list[Measured]:
    """Warms everybody up, then measures. `tell` hears what is done, before each step."""
    measured = []
    async with httpx.AsyncClient(base_url=vendor_url) as vendor:
        for one in contestants:
            tell(f"warming up: {one.name}")
            await one.load(Order(max(scene.at_once for scene in SCENES), _WARM_UP_SECONDS))
        for round_, scene, one in turns(contestants, rounds, SCENES):
            tell(f"round {round_ + 1} of {rounds}: {one.name}, {scene_named(scene)}")
            (await vendor.post(f"/delay/{scene.delay}")).raise_for_status()
            measured.append(await one.measure(scene, round_, seconds))
    return measured


def steps(contestants: int, rounds: int) -> int:
    """How often `tell` is called."""
    return contestants * (1 + rounds * len(SCENES))
