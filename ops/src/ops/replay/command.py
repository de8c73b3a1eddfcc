"""`bellhop replay`: finds conversations, has them decided once more, and says where they part."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic_core import to_json
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from chassis.errors import Unavailable
from contracts.tenants import TenantConfig
from ops.api import Api, ApiProblem
from ops.record.place import NoRecord
from ops.replay import loading
from ops.replay.configurations import Misunderstood, config_in, configs_of
from ops.replay.deciding import Candidate, Undecided, replay_all
from ops.replay.history import History
from ops.replay.live_ai import LiveAi, NoVendor
from ops.replay.turns import Replayed, plain
from ops.replay.wire import Setup
from ops.replay.wording import conversation, summary

ALIKE, DIFFERS, MISUNDERSTOOD, NOTHING = 0, 1, 2, 3

_SHOWN: Final = 10
"""So many differing conversations of a set are shown."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to replay (an id, a file, or a set of a business's conversations), and with what."""

    ref: str | None = None
    record: Path | None = None
    tenant: str | None = None
    since: datetime | None = None
    sample: int = 500
    seed: int = 1
    config: Path | None = None
    prompts: Path | None = None
    code: Path | None = None
    live_ai: bool = False
    every: bool = False
    raw: bool = False


def replay(wish: Wish) -> int:
    """Does it, and says what came of it. Gives the exit code."""
    console = Console(stderr=wish.raw)
    try:
        return _replay(wish, console)
    except (Misunderstood, ApiProblem, NoRecord, Unavailable, NoVendor, Undecided, OSError) as problem:
        console.print(f"[red]✗[/red] {escape(str(problem))}")
        return MISUNDERSTOOD


def _replay(wish: Wish, console: Console) -> int:
    config = config_in(wish.config) if wish.config else None
    with LiveAi.configured() if wish.live_ai else nullcontext() as live:
        return _replay_with(wish, config, live, console)


def _replay_with(wish: Wish, config: TenantConfig | None, live: LiveAi | None, console: Console) -> int:
    found = _find(wish, console)
    for note in found.notes:
        console.print(f"[yellow]![/yellow] {escape(note)}")
    histories = [one for one in found.histories if one.handled]
    if not histories:
        console.print("[yellow]![/yellow] Nothing was decided there, as far as the record goes back.")
        return NOTHING
    setup = Setup(configs=configs_of(histories, config), config=config, prompts=wish.prompts)
    candidate = Candidate(setup, wish.code)
    outcomes, refused = _decide(histories, candidate, console)
    if live:
        outcomes = _ask(live, histories, outcomes, candidate, console)
    with suppress(SystemExit):  # rich ends the program where nobody reads on; the exit code still counts
        _show(wish, outcomes, console)
    for one in sorted(set(refused)):
        console.print(f"[red]✗[/red] The code tried to reach the network, and was refused: {escape(one)}")
    return DIFFERS if refused or any(one.differs for one in outcomes) else ALIKE


def _find(wish: Wish, console: Console) -> loading.Found:
    if wish.record:
        found = loading.from_file(wish.record)
        found = found if wish.config else loading.with_configurations(found)
        wanted = tuple(one for one in found.histories if _is_meant(one, wish))
        return replace(found, histories=wanted)
    if wish.ref:
        return loading.from_gateway(Api.of_running_stack(), wish.ref)
    if wish.tenant and wish.since:
        with _progress(console) as progress:
            task = progress.add_task("Looking for conversations", total=None)

            def on_the_way(doing: str, done: int, of: int) -> None:
                progress.update(task, description=doing, completed=done, total=of)

            reading = loading.from_record(wish.tenant, wish.since, wish.sample, wish.seed, on_the_way)
            return asyncio.run(reading)
    raise Misunderstood("name a conversation (or any id of it), or --tenant with --since, or --record FILE")


def _is_meant(history: History, wish: Wish) -> bool:
    ids = {str(one) for event in history.events for one in (event.id, event.correlationid)}
    return wish.tenant in (None, history.tenant) and wish.ref in (None, history.conversation, *ids)


def _decide(
    histories: Sequence[History], candidate: Candidate, console: Console
) -> tuple[list[Replayed], list[str]]:
    processes = min(os.cpu_count() or 1, (len(histories) + 19) // 20)  # each takes a second to begin
    outcomes: list[Replayed] = []
    refused: list[str] = []
    with _progress(console) as progress:
        task = progress.add_task("Deciding once more", total=len(histories))
        for done, tried in replay_all(histories, candidate, processes):
            outcomes.append(done)
            refused += tried
            progress.advance(task)
    return outcomes, refused


def _ask(
    live: LiveAi,
    histories: Sequence[History],
    outcomes: Sequence[Replayed],
    candidate: Candidate,
    console: Console,
) -> list[Replayed]:
    """Replays those once more that stopped at a question to the AI, which now answers."""
    waiting = [n for n, one in enumerate(outcomes) if one.stopped_at_ai]
    if not waiting:
        console.print("No AI has to be asked: every answer is recorded.")
        return list(outcomes)
    told = "1 conversation" if len(waiting) == 1 else f"{len(waiting)} conversations"
    console.print(f"Asking {escape(live.name)} about {told}: one question each, or more.")
    asking = replace(candidate, setup=candidate.setup.model_copy(update={"asks": True}), answer=live.answer)
    again, _ = _decide([histories[n] for n in waiting], asking, console)
    answered = dict(zip(waiting, again, strict=True))
    return [answered.get(n, one) for n, one in enumerate(outcomes)]


def _show(wish: Wish, outcomes: Sequence[Replayed], console: Console) -> None:
    if wish.raw:
        print(to_json(plain(outcomes)).decode())
        return
    shown = [one for one in outcomes if wish.ref or wish.every or one.differs]
    most = len(shown) if wish.every else _SHOWN
    for one in shown[:most]:
        console.print(conversation(one, every=wish.every))
    if len(shown) > most:
        console.print(f"… and {len(shown) - most} conversations more; --all or --json shows them.")
    if not wish.ref or len(outcomes) > 1:
        console.print(summary(outcomes))


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
