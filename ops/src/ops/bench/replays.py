"""How fast recorded conversations are decided once more."""

import os
import time
from dataclasses import dataclass
from typing import Final

from gateway.domain.tenant_file import read_tenant_file
from ops.places import tenants_dir
from ops.replay.deciding import Candidate, replay_all
from ops.replay.history import History
from ops.replay.rehearsal import rehearsed
from ops.replay.wire import Configs, Setup
from ops.tenants import read

CONVERSATIONS: Final = 200


@dataclass(frozen=True)
class Speed:
    """So many conversations with so many turns in so many seconds, once the processes had begun."""

    processes: int
    conversations: int
    turns: int
    seconds: float


def replays() -> list[Speed]:
    """The same conversations in one process, and in as many as there are cores."""
    histories, configs = _recorded()
    candidate = Candidate(Setup(configs=configs))
    return [_speed(histories, candidate, processes) for processes in sorted({1, os.cpu_count() or 1})]


def _recorded() -> tuple[list[History], Configs]:
    files = sorted(tenants_dir().glob("*.yaml"))
    tenants = [read_tenant_file(read(path), path.name).config() for path in files]
    bookable = [one for one in tenants if one.services]
    histories = [rehearsed(bookable[n % len(bookable)], n) for n in range(CONVERSATIONS)]
    return histories, {one.id: {1: one} for one in bookable}


def _speed(histories: list[History], candidate: Candidate, processes: int) -> Speed:
    outcomes = replay_all(histories, candidate, processes)
    next(outcomes)
    began = time.perf_counter()
    turns = [len(replayed.turns) for replayed, _ in outcomes]
    return Speed(processes, len(turns), sum(turns), time.perf_counter() - began)
