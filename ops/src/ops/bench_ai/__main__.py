"""`make bench-ai`: what routing a question costs. Exit codes: 0 measured, 2 could not be measured.

Aims that are missed are shown and change no exit code: times depend on what else the machine does.
"""

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ops.bench_ai.figures import Figures, figures
from ops.bench_ai.house import House, standing
from ops.bench_ai.rounds import play, steps
from ops.bench_ai.tables import figures_table, verdicts_table
from ops.bench_ai.verdicts import verdicts
from ops.servers import ServerFailed, ServersUnavailable

MEASURED, NOT_MEASURED = 0, 2
WIDTH: Final = 140
"""Of the tables where there is no terminal."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    rounds: int
    seconds: float
    litellm: bool
    json: Path | None


@dataclass(frozen=True)
class Outcome:
    """The figures, and under which conditions they hold."""

    found: list[Figures]
    conditions: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "conditions": self.conditions,
            "figures": [asdict(one) for one in self.found],
            "aims": [asdict(one) for one in verdicts(self.found)],
        }


def main(arguments: Sequence[str]) -> int:
    """One run; the exit code."""
    options, console = _options(arguments), Console(width=None if sys.stdout.isatty() else WIDTH)
    with tempfile.TemporaryDirectory(prefix="bellhop-bench-ai-", ignore_cleanup_errors=True) as folder:
        try:
            outcome = asyncio.run(_run(options, Path(folder), console))
        except (ServersUnavailable, ServerFailed, OSError) as problem:
            console.print(f"could not measure: {problem}", style="red", markup=False)
            return NOT_MEASURED
        except asyncio.CancelledError:
            console.print("stopped before the end: there are no figures")
            return NOT_MEASURED
    console.print(figures_table(outcome.found), verdicts_table(verdicts(outcome.found)))
    console.print(*outcome.conditions, sep="\n", markup=False)
    if options.json:
        options.json.write_text(json.dumps(outcome.as_json(), indent=2))
    return MEASURED


def _options(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="make bench-ai", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="each contestant is measured so often (3)")
    parser.add_argument("--seconds", type=float, default=4, help="length of one measurement (4)")
    parser.add_argument("--without-litellm", action="store_true", help="measure Bellhop alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures into a file")
    given = parser.parse_args(arguments)
    if given.rounds < 1 or given.seconds < 1:
        parser.error("at least one round of one second")
    return Options(given.rounds, given.seconds, not given.without_litellm, given.json)


async def _run(options: Options, folder: Path, console: Console) -> Outcome:
    _stop_on_signals()
    with _progress(console) as progress:
        task = progress.add_task("", total=None)
        async with standing(
            folder, lambda doing: progress.update(task, description=doing), with_litellm=options.litellm
        ) as house:
            load = os.getloadavg()[0]
            progress.update(task, total=steps(len(house.contestants), options.rounds), completed=0)
            measured = await play(
                house.contestants, house.vendor_url, options.rounds, options.seconds,
                lambda doing: progress.update(task, description=doing, advance=1),
            )  # fmt: skip
            progress.update(task, description="stopping")
    return Outcome(figures(measured), _conditions(options, house, load))


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)


def _stop_on_signals() -> None:
    """Ctrl-C and the like: everything is stopped and nothing left behind."""
    run = asyncio.current_task()
    if run:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(one, run.cancel)


def _conditions(options: Options, house: House, load: float) -> tuple[str, ...]:
    """Under which the figures hold."""
    return (
        f"{os.cpu_count()} cores, load average {load:.1f} before the first question; "
        f"{platform.platform()}, Python {platform.python_version()}",
        f"Medians over {options.rounds} rounds of {options.seconds:g} s; who begins changes. Overhead: a "
        "question's time less the median of the direct calls in the same round. At 20 and 100 at once over a "
        "vendor without delay everybody is saturated: overhead is then waiting for the processor.",
        "A process each, none bound to a core: the vendor; whoever asks (the same HTTP client for all); the "
        "service ai-router; LiteLLM's proxy; RabbitMQ; Redis. The router alone: in the process that asks.",
        "By events: completion.requested published and confirmed, through a quorum queue, answered, "
        "completion.generated confirmed and received from a quorum queue. One RabbitMQ node.",
        f"LiteLLM {house.litellm}: one worker, no database, no telemetry, no callbacks, no retries, "
        "LITELLM_MODE=PRODUCTION, LITELLM_LOG=ERROR."
        if house.litellm
        else house.without_litellm,
        "CPU ms and MB (resident): of what is measured itself, with the asking where that is one process; "
        "CPU ms, all: RabbitMQ, Redis, the vendor and whoever asks as well.",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
