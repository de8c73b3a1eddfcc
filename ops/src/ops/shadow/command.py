"""`bellhop shadow`: a candidate decides beside the live service, and how far they agree is shown."""

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape

from chassis.errors import Unavailable
from chassis.record import Record, Start, open_record
from ops.api import Api, ApiProblem
from ops.moments import BEGINNING
from ops.record.place import NoRecord, rabbitmq_url
from ops.replay.configurations import Misunderstood, config_in
from ops.replay.deciding import Candidate, Undecided, check_code
from ops.replay.wire import Ready, Setup
from ops.shadow.agreement import Agreement
from ops.shadow.board import board
from ops.shadow.child import Child, Died
from ops.shadow.judging import Judging
from ops.shadow.past import GatewayPast, Lately
from ops.shadow.watching import Watching

ALIKE, DIFFERS, MISUNDERSTOOD, NOTHING_RUNS = 0, 1, 2, 3

_MODULE: Final = "ops.shadow.candidate"


@dataclass(frozen=True)
class Wish:
    """The candidate (`code`, `config`, `prompts`), what of the traffic, and for how long. Times in seconds:
    how long it goes on, how long a turn may wait, and how long a decision may take."""

    code: Path | None = None
    config: Path | None = None
    prompts: Path | None = None
    since: datetime | None = None
    seconds: float | None = None
    turns: int | None = None
    patience: float = 60.0
    within: float = 30.0
    niceness: int = 19
    raw: bool = False


def shadow(wish: Wish) -> int:
    """Runs until it is told to end. Gives the exit code."""
    os.nice(wish.niceness)  # it may run where the live service does
    try:
        return asyncio.run(_shadow(wish))
    except (Misunderstood, Undecided, Died) as problem:
        return _say(str(problem), MISUNDERSTOOD)
    except (ApiProblem, NoRecord, Unavailable) as problem:
        return _say(str(problem), NOTHING_RUNS)


def _say(problem: str, code: int) -> int:
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")
    return code


async def _shadow(wish: Wish) -> int:
    child = child_of(wish)
    api = await asyncio.to_thread(Api.of_running_stack)
    try:
        check_code(wish.code, Ready.model_validate_json(await child.start()))
        async with open_record(rabbitmq_url(), "bellhop shadow") as record:
            agreement = await _watch(wish, child, api, record)
    finally:
        await child.close()
    return ALIKE if agreement.flawless else DIFFERS


def child_of(wish: Wish) -> Child:
    """The candidate's process. Raises Misunderstood."""
    setup = Setup(configs={}, config=config_in(wish.config) if wish.config else None, prompts=wish.prompts)
    candidate = Candidate(setup, wish.code)
    command = [*candidate.command()[:-1], _MODULE, str(wish.within), str(wish.niceness)]
    return Child(command, candidate.environment(), setup.model_dump_json())


async def _watch(wish: Wish, child: Child, api: Api, record: Record) -> Agreement:
    agreement, lately = Agreement(), Lately(wish.since or datetime.now(UTC))
    judging = Judging(child, GatewayPast(api, lately), wish.patience)

    def figures() -> dict[str, int]:
        return {"waiting": watching.waiting, "deaths": child.deaths, "unread": watching.unread}

    shown = board(agreement, figures, raw=wish.raw)
    watching = Watching(record, lately, judging, agreement, shown)
    with shown, suppress(asyncio.CancelledError):
        _end_when_told()
        start: Start = "first" if wish.since == BEGINNING else wish.since or "next"
        await watching.run(start, wish.turns, wish.seconds)
    agreement.unseen = watching.waiting
    return agreement


def _end_when_told() -> None:
    """Ctrl-C and a polite end of the process end the run, and what was seen is summed up."""
    task = asyncio.current_task()
    assert task  # noqa: S101 - it runs in one
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
