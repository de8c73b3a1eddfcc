from dataclasses import dataclass, field
from itertools import count

import pytest

from chassis.pace import Pace


@dataclass
class Process:
    """One process whose turns cost `work` seconds each; businesses ask for turns `every` so many seconds."""

    pace: Pace
    work: float
    now: float = 0.0
    worked: float = 0.0
    free: dict[str, float] = field(default_factory=dict)

    def run(self, seconds: float, **every: float) -> dict[str, int]:
        """How many turns each of them began."""
        wanted = dict.fromkeys(every, self.now)
        begun = dict.fromkeys(every, 0)
        end = self.now + seconds
        while self.now < end:
            for name, seconds_apart in every.items():
                if self.now >= max(wanted[name], self.free.get(name, 0.0)):
                    self.pace.came(name, self.now)
                    self.free[name] = self.now + self.pace.begun(name, self.now)
                    begun[name] += 1
                    wanted[name] += seconds_apart
                    self.worked += self.work
                    self.now += self.work
                    self.pace.ended(self.work, self.now, self.worked)
            self.now += 0.001
        return begun


def test_beside_a_quiet_neighbour_a_flood_keeps_its_part_of_the_processor_busy():
    process = Process(Pace(0.1), work=0.004)
    process.run(2, sdb=0.001, lyo=0.2)
    turns = process.run(10, sdb=0.001, lyo=0.2)
    assert turns["sdb"] == pytest.approx(0.1 * 10 / 0.004, rel=0.15)
    assert turns["lyo"] == pytest.approx(50, abs=2)


def test_what_waits_long_since_is_no_less_a_flood():
    """Nothing new came of the flood for a minute: what waits of it still keeps the pace."""
    pace = Pace(0.1)
    for n in range(2_000):
        now = n * 0.04
        pace.came("lyo", now)
        gap = pace.begun("sdb", now)
        pace.ended(0.004, now, n * 0.004)
    assert gap == pytest.approx(0.04)


def test_alone_a_business_may_have_all():
    process = Process(Pace(0.1), work=0.004)
    process.run(2, sdb=0.001, lyo=0.2)
    process.run(6, sdb=0.001)
    assert process.run(2, sdb=0.001)["sdb"] == pytest.approx(2 / 0.005, rel=0.05)


def test_floods_side_by_side_hold_nobody_back():
    process = Process(Pace(0.1), work=0.004)
    process.run(3, sdb=0.001, rosa=0.001, lyo=0.001)
    turns = process.run(3, sdb=0.001, rosa=0.001, lyo=0.001)
    assert sum(turns.values()) == pytest.approx(3 / 0.0043, rel=0.1)
    process.run(1, sdb=0.001, rosa=0.001, mia=0.3)
    turns = process.run(6, sdb=0.001, rosa=0.001, mia=0.3)
    assert turns["sdb"] <= 6 * 0.1 / 0.004 * 1.2, "a quiet neighbour has come"


def test_three_messages_at_once_are_no_flood():
    """Whoever sends a few together stays a neighbour for whom others make room."""
    pace = Pace(0.1)
    for n in count():
        now = n * 0.04
        for k in range(3 if n % 25 == 0 else 0):
            pace.begun("lyo", now + k * 0.001)
        gap = pace.begun("sdb", now + 0.01)
        pace.ended(0.004, now + 0.014, n * 0.004)
        if n > 200:
            break
    assert gap == pytest.approx(0.04, rel=0.2)


def test_other_work_of_the_process_is_not_taken_for_work_of_its_turns():
    pace = Pace(0.5)
    for n in range(100):
        pace.came("lyo", n * 0.01)
        gap = pace.begun("sdb", n * 0.01)
        pace.ended(0.004, n * 0.01, n * 5.0)
    assert gap == pytest.approx(0.008)
