"""`bellhop up` from its options to its exit code."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from chassis.settings import explain
from ops.places import data_dir, tenants_dir
from ops.servers import ServerFailed, Servers, ServersUnavailable, private_servers
from ops.up.banner import banner
from ops.up.control import ControlFailed
from ops.up.control_server import control_of
from ops.up.environment import Layout
from ops.up.journal import Journal
from ops.up.ports import assign, claim_of_usual_ports, is_free
from ops.up.programs import GATEWAY, SANDBOX, SERVICES
from ops.up.running_stack import find_running
from ops.up.stack import CannotStart, Stack
from ops.up.terminal import Terminal

STOPPED, FAILED, REFUSED = 0, 1, 2
"""Exit codes: stopped as asked; could not come up; refused to start (port, settings, running already)."""


class Refused(Exception):
    """Something must change before the stack may start; the message says what."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for. `raw` passes JSON lines through.

    `replicas` says how many of each service; one where none is named. `sandbox_ai`: the sandbox stands in for
    the AI vendors.
    """

    port: int = GATEWAY.port
    raw: bool = False
    replicas: Mapping[str, int] = field(default_factory=dict)
    sandbox_ai: bool = False


def up(options: Options) -> int:
    """Runs the stack until it is told to stop. Returns the exit code."""
    folder = data_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        print(
            f"{folder} cannot be used: {problem.strerror}. Set BELLHOP_DATA_DIR to another", file=sys.stderr
        )
        return REFUSED
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    journal = Journal(Terminal(), folder / "logs", colour=colour, raw=options.raw)
    try:
        check(options, folder)
        asyncio.run(_until_stopped(options, folder, journal, colour=colour))
    except Refused as problem:
        journal.note("error", str(problem))
        return REFUSED
    except (CannotStart, ServersUnavailable, ServerFailed) as problem:
        journal.note("critical", str(problem))
        return FAILED
    finally:
        journal.close()
    return STOPPED


def check(options: Options, folder: Path) -> None:
    """Raises Refused when the stack must not start."""
    if running := find_running(folder):
        raise Refused(
            f"Bellhop already runs at {running.gateway_url} (pid {running.supervisor.pid}) "
            f"with its data in {folder}. Stop it first, or give another folder with BELLHOP_DATA_DIR"
        )
    if os.environ.get("BELLHOP_ENV") == "production":
        if options.sandbox_ai:
            raise Refused("the sandbox answers nobody in production: leave BELLHOP_SANDBOX_AI empty")
        _check_settings()
    if not is_free(options.port, gateway_host(os.environ)):
        raise Refused(
            f"port {options.port} is taken by another program. "
            f"Give the gateway another one: make run PORT={options.port + 1}"
        )


def _check_settings() -> None:
    """All that production refuses, at once and before anything is started."""
    from gateway.settings import GatewaySettings  # noqa: PLC0415 - a start for development spares it

    try:
        GatewaySettings()  # they hold those of every service
    except ValidationError as problem:
        raise Refused(f"these settings do not fit:\n{explain(problem)}") from None


def gateway_host(environment: Mapping[str, str]) -> str:
    """The address the gateway listens on; all else stays on loopback."""
    return environment.get("BELLHOP_HTTP_HOST") or "127.0.0.1"


async def _until_stopped(options: Options, folder: Path, journal: Journal, *, colour: bool) -> None:
    """Servers first, then services; backwards at the end. The first signal ends it in order."""
    begun = time.monotonic()
    signals = _Signals()
    stacks: list[Stack] = []
    journal.note("info", "starting RabbitMQ and Redis …")
    with suppress(asyncio.CancelledError), claim_of_usual_ports() as usual:

        def start(servers: Servers) -> None:
            stacks.append(Stack(_layout(options, folder, servers, usual=usual), journal, options.replicas))
            signals.on_second = stacks[0].kill
            stacks[0].start()

        try:
            async with _servers(folder, journal, start):
                try:
                    await stacks[0].until_ready()
                    journal.ready(
                        banner(stacks[0].note, stacks[0].layout, time.monotonic() - begun, colour=colour)
                    )
                    await _take_orders(stacks[0], journal)
                finally:
                    await _stop(stacks, journal)
        finally:
            await _stop(stacks, journal)
    journal.note("info", "stopped")


async def _take_orders(stack: Stack, journal: Journal) -> None:
    """Until the run is cancelled."""
    try:
        async with control_of(stack):
            await asyncio.Event().wait()
    except (ControlFailed, OSError) as problem:
        journal.note("warning", f"`bellhop scale` and `bellhop restart` cannot be used: {problem}")
    await asyncio.Event().wait()


async def _stop(stacks: list[Stack], journal: Journal) -> None:
    if stacks:
        journal.note("info", "stopping … (Ctrl-C again to kill at once)")
        await stacks.pop().stop()


def _servers(
    folder: Path, journal: Journal, announce: Callable[[Servers], None]
) -> AbstractAsyncContextManager[Servers]:
    """The services start while RabbitMQ still boots: they have much to import, and wait for it."""
    return private_servers(
        folder / "servers",
        rabbitmq_url=os.environ.get("BELLHOP_RABBITMQ_URL") or None,
        redis_url=os.environ.get("BELLHOP_REDIS_URL") or None,
        management_url=os.environ.get("BELLHOP_RABBITMQ_MANAGEMENT_URL") or None,
        keep_data=True,
        say=lambda line: journal.note("info", line),
        announce=announce,
    )


class _Signals:
    """The first Ctrl-C, SIGTERM or hang-up cancels the run; the second kills."""

    def __init__(self) -> None:
        self.on_second: Callable[[], None] | None = None
        self._run = asyncio.current_task()
        self._asked = False
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(one, self._ask)

    def _ask(self) -> None:
        if not self._asked and self._run:
            self._asked = True
            self._run.cancel()
            return
        if self.on_second:
            self.on_second()
        os._exit(FAILED)  # the servers are tied to us and end by themselves


def _layout(options: Options, folder: Path, servers: Servers, *, usual: bool) -> Layout:
    others = [one for one in (*SERVICES, SANDBOX) if one is not GATEWAY]
    return Layout(
        ports={GATEWAY.name: options.port, **assign(others, usual=usual)},
        servers=servers,
        data_dir=folder,
        tenants_dir=tenants_dir(),
        sandbox=os.environ.get("BELLHOP_ENV") != "production",
        sandbox_ai=options.sandbox_ai,
        gateway_host=gateway_host(os.environ),
        user=os.environ,
    )
