"""One run from the calm before the first fault until everything is quiet again."""

import asyncio
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ops.chaos.customers import Load, Town
from ops.chaos.faults import FAULTS, Ground, Skipped
from ops.chaos.ledger import Ledger
from ops.chaos.plan import CALM, Scene
from ops.chaos.timing import Window, normal_time

FAULT_WITHIN: Final = 60.0
"""Seconds that making a fault may take; then the run goes on."""

SLIP: Final = 20.0
"""Seconds that the whole plan may be late, so that who wrote in a scene is answered before the next."""

QUIET_WITHIN: Final = 60.0
QUIET: Final = 3.0
"""Seconds at the end: until all are answered, and then for what should not come."""

Say = Callable[[str], None]


@dataclass
class Played:
    """A scene as it was: `note` says what was done or why it was skipped."""

    scene: Scene
    begun: float
    over: float
    end: float = math.inf
    note: str = ""
    skipped: bool = False

    @property
    def window(self) -> Window:
        """Its time."""
        return Window(self.begun, self.over, self.end)


@dataclass
class Run:
    """What happens to the product, and what became of it. Times are the event loop's; `normal` is how long
    an answer takes at most when all is well, in seconds."""

    ground: Ground
    ledger: Ledger
    town: Town
    say: Say
    played: list[Played] = field(default_factory=list)
    begun: float = 0.0
    normal: float = 0.0

    def seconds(self) -> float:
        """Since the first message."""
        return asyncio.get_running_loop().time() - self.begun

    async def play(self, scenes: Sequence[Scene]) -> None:
        """Customers write while the scenes are played; then all is quiet."""
        loop = asyncio.get_running_loop()
        load, self.begun = Load(self.town), loop.time()
        writing = asyncio.create_task(load.write())
        try:
            await self._until(self.begun + CALM)
            self.normal = normal_time(self.ledger.messages)
            for scene in scenes:
                await self._until(self.begun + scene.at)
                if writing.done():
                    writing.result()
                await self._play(scene)
            writing.cancel()
            await self._quiet()
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await load.close()

    async def _play(self, scene: Scene) -> None:
        clock = asyncio.get_running_loop().time
        played = Played(scene, begun=clock(), over=clock())
        if self.played:
            self.played[-1].end = played.begun
        self.played.append(played)
        try:
            played.note = await asyncio.wait_for(FAULTS[scene.kind](self.ground, scene), FAULT_WITHIN)
        except Skipped as reason:
            played.note, played.skipped = str(reason), True
        except TimeoutError:
            played.note, played.skipped = f"not done within {FAULT_WITHIN:.0f} s", True
        played.over = clock()
        self.say(f"{played.begun - self.begun:6.1f} s  {scene.title}: {self._told(played)}")
        await self._until(played.begun + scene.length)
        await self._settled(self.begun + scene.at + scene.length + SLIP)

    def _told(self, played: Played) -> str:
        return f"SKIPPED, {played.note}" if played.skipped else played.note

    async def _until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))

    async def _settled(self, deadline: float) -> None:
        """Who wrote in this scene is answered, so that the next fault is not blamed for it."""
        clock = asyncio.get_running_loop().time
        while clock() < deadline and self._slow(clock()):  # noqa: ASYNC110 - product and customers are others
            await asyncio.sleep(0.2)

    def _slow(self, now: float) -> bool:
        return any(now - one.written > self.normal for one in self.ledger.open())

    async def _quiet(self) -> None:
        """All are answered that will be; bounded, since some may be lost."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + QUIET_WITHIN
        while self.ledger.open() and clock() < deadline:  # noqa: ASYNC110 - customers and product are others
            await asyncio.sleep(0.5)
        await asyncio.sleep(QUIET)
