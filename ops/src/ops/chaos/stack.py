"""The product under test: a real `bellhop up` of its own, never the user's."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import STDOUT
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from gateway.settings import DEMO_ADMIN_EMAIL, DEMO_ADMIN_PASSWORD
from ops.servers.address import Servers, free_ports
from ops.up.process import die_with
from ops.up.replicas import service_of
from ops.up.running_stack import RunningStack, find_running

STARTS_WITHIN: Final = 120.0
STOPS_WITHIN: Final = 20.0
"""Seconds, on a busy machine."""

VENDOR_TIMEOUT: Final = 3.0
"""Seconds the notifier waits for a vendor's answer; the product's own 10 would make scenes long."""

REPLICAS: Final = {"gateway": 2, "scheduler": 2, "ai-router": 2, "conversation": 1, "notifier": 1}


class CannotStart(Exception):
    """The product did not come up; the message says why."""


@dataclass(frozen=True)
class StackUnderTest:
    """A running stack and its data folder."""

    folder: Path
    gateway_url: str

    @property
    def store(self) -> Path:
        """Where the services keep their databases."""
        return self.folder / "store"

    def pids(self, service: str) -> list[int]:
        """The replicas of a service that live now."""
        running = self._note().processes
        return [one.pid for name, one in running.items() if service_of(name) == service and one.lives()]

    def calling_from(self, service: str, port: int) -> int | None:
        """The replica that holds a connection from this local port."""
        return next((pid for pid in self.pids(service) if port in _ports_of(pid)), None)

    @asynccontextmanager
    async def administrator(self) -> AsyncIterator[httpx.AsyncClient]:
        """The public API, logged in."""
        login = {"email": DEMO_ADMIN_EMAIL, "password": DEMO_ADMIN_PASSWORD}
        async with httpx.AsyncClient(base_url=self.gateway_url, timeout=15, trust_env=False) as api:
            token = (await api.post("/api/v1/auth/login", json=login)).raise_for_status().json()
            api.headers["authorization"] = f"Bearer {token['access_token']}"
            yield api

    def _note(self) -> RunningStack:
        found = find_running(self.folder)
        if found is None:
            raise CannotStart("the product has stopped in the middle of the run")
        return found


@asynccontextmanager
async def running_stack(folder: Path, servers: Servers, vendor_url: str) -> AsyncIterator[StackUnderTest]:
    """Up and ready; at the end stopped whatever happened. Raises CannotStart."""
    (port,) = free_ports(1)
    stack = StackUnderTest(folder, f"http://127.0.0.1:{port}")
    output = folder / "bellhop.log"
    with output.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ops", "up", "--json"),
            env=_environment(folder, port, servers, vendor_url),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=STDOUT,
            start_new_session=True,  # a Ctrl-C in the terminal is ours; we stop it in order
            preexec_fn=die_with(os.getpid()),
        )
    try:
        await _until_ready(process, output)
        yield stack
    finally:
        await _stop(process)


async def _until_ready(process: asyncio.subprocess.Process, output: Path) -> None:
    async def ready() -> None:
        while not _says_ready(output):
            if process.returncode is not None:
                raise CannotStart(f"bellhop up ended while starting:\n{_last_lines(output)}")
            await asyncio.sleep(0.2)

    try:
        await asyncio.wait_for(ready(), STARTS_WITHIN)
    except TimeoutError:
        late = f"bellhop up was not ready within {STARTS_WITHIN:.0f} s"
        raise CannotStart(f"{late}:\n{_last_lines(output)}") from None


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOPS_WITHIN)
    except TimeoutError:
        process.kill()  # its children are tied to it
        await process.wait()


def _environment(folder: Path, port: int, servers: Servers, vendor_url: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BELLHOP_")}
    return {
        **own,
        **servers.environment(),
        "PORT": str(port),
        "BELLHOP_DATA_DIR": str(folder),
        "BELLHOP_REPLICAS": " ".join(f"{name}={count}" for name, count in REPLICAS.items()),
        "BELLHOP_WHATSAPP_BASE_URL": vendor_url,
        "BELLHOP_OPENAI_BASE_URL": vendor_url,
        "BELLHOP_OPENAI_API_KEYS": "chaos",
        "BELLHOP_VENDOR_TIMEOUT": str(VENDOR_TIMEOUT),
    }


def _ports_of(pid: int) -> set[int]:
    try:
        return {one.laddr.port for one in psutil.Process(pid).net_connections("tcp") if one.laddr}
    except psutil.Error:
        return set()


def _says_ready(output: Path) -> bool:
    """The supervisor says so when every replica is."""
    return any(line.get("service") == "bellhop" and line.get("event") == "ready" for line in _lines(output))


def _lines(output: Path) -> Iterator[dict[str, Any]]:
    for line in output.read_text(errors="replace").splitlines():
        with suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict):
                yield said


def _last_lines(output: Path) -> str:
    """Of what went wrong, the ends alone: a traceback's last line says it."""
    wrong = [one for one in _lines(output) if one.get("level") in ("error", "critical")]
    ends = [f"{one.get('service')}: {str(one.get('event')).strip().splitlines()[-1]}" for one in wrong]
    return "\n".join(list(dict.fromkeys(ends))[-8:])
