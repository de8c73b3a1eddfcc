"""`python -m ops.chaos`: starts, breaks, judges. Exit codes: 0 all held, 1 a violation, 2 could not start."""

import argparse
import asyncio
import json
import os
import platform
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from rich.console import Console

from ops.chaos import meta
from ops.chaos.customers import Town
from ops.chaos.faults import Ground
from ops.chaos.ledger import Ledger, judge
from ops.chaos.plan import SHORTEST, plan
from ops.chaos.record import Record, read_log, recorded
from ops.chaos.report import Report
from ops.chaos.run import Run
from ops.chaos.servers import breakable_servers
from ops.chaos.stack import REPLICAS, VENDOR_TIMEOUT, CannotStart, running_stack
from ops.chaos.tables import show
from ops.chaos.timing import effect
from ops.chaos.vendor import Vendor, serving
from ops.places import tenants_dir
from ops.sandbox.businesses import load_businesses
from ops.servers import ServerFailed, ServersUnavailable
from ops.servers.address import free_ports

HELD, VIOLATED, NOT_STARTED = 0, 1, 2
AROUND: Final = 35.0
"""Seconds of a run before and after the load: starting, going quiet, judging."""

WIDTH: Final = 120
"""Of the tables where there is no terminal."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    seed: int
    seconds: float
    json: Path | None


def main(arguments: Sequence[str]) -> int:
    """One run; the exit code."""
    options, console = _options(arguments), Console(width=None if sys.stdout.isatty() else WIDTH)
    folder = Path(tempfile.mkdtemp(prefix="bellhop-chaos-"))
    console.print(f"seed {options.seed}; repeat with: make chaos SEED={options.seed}")
    try:
        report = asyncio.run(_run(options, folder, console))
    except (CannotStart, ServersUnavailable, ServerFailed, OSError) as problem:
        console.print(f"could not run: {problem}", style="red", markup=False)
        console.print(f"logs are kept in {folder}")
        return NOT_STARTED
    except asyncio.CancelledError:
        shutil.rmtree(folder, ignore_errors=True)
        console.print("stopped before the end: nothing is judged")
        return NOT_STARTED
    show(report, console)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    if report.passed:
        shutil.rmtree(folder, ignore_errors=True)
        return HELD
    console.print(f"logs, stores and traces are kept in {folder}")
    return VIOLATED


def _options(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, help="length of the whole run; else every fault once")
    parser.add_argument("--seed", type=int, help="the plan and the load follow from it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures into a file")
    given = parser.parse_args(arguments)
    seconds = SHORTEST if given.minutes is None else given.minutes * 60 - AROUND
    if seconds < SHORTEST:
        parser.error(f"every fault once takes {(SHORTEST + AROUND) / 60:.1f} minutes")
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    return Options(seed, seconds, given.json)


async def _run(options: Options, folder: Path, console: Console) -> Report:
    scenes = plan(options.seed, options.seconds)
    # One of each, so that what one draws does not change the others.
    writing, breaking, answering = (Random(f"{options.seed} {one}") for one in ("load", "faults", "vendor"))  # noqa: S311
    ledger = Ledger()
    businesses = load_businesses(tenants_dir())
    (port,) = free_ports(1)
    phones = meta.Phones(answering)
    vendor = Vendor(ledger, businesses, answering, phones.reached)
    _stop_on_signals()
    console.print("starting RabbitMQ, Redis and Bellhop …")
    async with breakable_servers(folder / "servers") as servers, serving(vendor, port) as vendor_url:
        data = folder / "data"
        data.mkdir()
        async with running_stack(data, servers.addresses, vendor_url) as stack:
            conditions = _conditions(await servers.versions())
            console.print(*conditions, sep="\n")
            console.print(f"{len(scenes)} faults in {scenes[-1].at + scenes[-1].length:.0f} s\n")
            post = meta.Meta(stack.gateway_url)
            phones.post = post
            town = Town(ledger, post, tuple(businesses.values()), writing)
            run = Run(Ground(servers, stack, vendor, breaking), ledger, town, console.print)
            async with _progress(run, console):
                await run.play(scenes)
            await phones.close()
            await post.close()
            record = recorded(await read_log(servers.addresses.rabbitmq_url))
    return _report(options, run, record, post.repeated, conditions)


@asynccontextmanager
async def _progress(run: Run, console: Console) -> AsyncIterator[None]:
    """A line at the bottom of a terminal that says how far it is."""
    with console.status("") as status:

        async def tell() -> None:
            while True:
                status.update(f"{run.seconds():.0f} s, {run.ledger.tally()}")
                await asyncio.sleep(0.5)

        telling = asyncio.create_task(tell())
        try:
            yield
        finally:
            telling.cancel()


def _stop_on_signals() -> None:
    """Ctrl-C and the like: everything is stopped and nothing left behind."""
    run = asyncio.current_task()
    if run:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(one, run.cancel)


def _conditions(versions: str) -> tuple[str, ...]:
    """Under which the figures hold."""
    return (
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} before the first message",
        f"{platform.platform()}, Python {platform.python_version()}, {versions}",
        "quorum queues on one node, messages persistent and confirmed; SQLite in WAL (synchronous=NORMAL)",
        f"a vendor's answer is waited for {VENDOR_TIMEOUT:.0f} s; at first "
        + ", ".join(f"{count} {name}" for name, count in REPLICAS.items()),
    )


def _report(options: Options, run: Run, record: Record, repeated: int, conditions: Sequence[str]) -> Report:
    doubts = run.ledger.doubts(record.doubted)
    verdict = judge(run.ledger, doubts)
    # Who waits for an answer in doubt waits for a person; that is counted, and is no stall.
    messages = [one for one in run.ledger.messages if one.answered is not None or one.event not in doubts]
    wrong = (*verdict.lost, *verdict.doubled, *verdict.out_of_order)
    return Report(
        seed=options.seed,
        begun=run.begun,
        verdict=verdict,
        scenes=[(one, effect(messages, one.window, run.normal)) for one in run.played],
        normal=run.normal,
        repeated=repeated,
        trails={one.id: record.trail(one.event) for one in wrong},
        conditions=conditions,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
