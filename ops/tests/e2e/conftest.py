"""The whole product, started as `make run` starts it, with its phones and its API."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from ops.servers.address import free_ports
from ops.up.running_stack import RunningStack, find_running

T = TypeVar("T")

STARTS_WITHIN = 120.0
ANSWERS_WITHIN = 30.0
"""Seconds, on a busy machine."""


@pytest.fixture(name="until", scope="session")
def until_fixture() -> Callable[..., Any]:
    """For the tests, which cannot import a conftest."""
    return until


def until(find: Callable[[], T | None], seconds: float = ANSWERS_WITHIN) -> T:
    """What `find` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.1)
    return found


@dataclass
class Phone:
    """A simulated phone."""

    client: httpx.Client
    channel: str
    address: str
    name: str

    def screen(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._request("GET", "messages")["items"]
        return items

    def answers(self) -> list[dict[str, Any]]:
        return [one for one in self.screen() if one["author"] == "business"]

    def say(self, **said: str) -> None:
        self._request("POST", "say", {"name": self.name, **said})

    def ask(self, **said: str) -> dict[str, Any]:
        """Says something and waits for the answer."""
        before = len(self.answers())
        self.say(**said)
        return until(lambda: self.answers()[before:])[-1]

    def _request(self, method: str, what: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        path = f"/sandbox/phones/{self.channel}/lyo/{self.address}/{what}"
        answer = self.client.request(method, path, json=body).raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@dataclass
class Product:
    """The running stack from outside."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    sandbox: httpx.Client
    gateway: httpx.Client

    def stack(self) -> RunningStack:
        found = find_running(self.folder)
        assert found
        return found

    def phone(self, channel: str, address: str, name: str) -> Phone:
        return Phone(self.sandbox, channel, address, name)

    def bellhop(self, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """Another `bellhop` command, as typed in another terminal."""
        command = [sys.executable, "-m", "ops", *arguments]
        env = environment(self.folder)
        return subprocess.run(
            command, env=env, input=typed, capture_output=True, text=True, check=False, timeout=90
        )

    def bookings(self, address: str, status: str = "confirmed") -> list[dict[str, Any]]:
        """What the API shows of one customer's appointments; nothing while a service is starting again."""
        try:
            items = self._all_bookings()
        except httpx.HTTPError:
            return []
        return [one for one in items if one["customer"]["address"] == address and one["status"] == status]

    def traces(self) -> dict[str, list[dict[str, Any]]]:
        """The spans of all services so far, by trace."""
        found: dict[str, list[dict[str, Any]]] = {}
        for file in self.folder.glob("traces/*.jsonl"):
            for line in file.read_text().splitlines(keepends=True):
                if line.endswith("\n"):  # else it is just being written
                    span = json.loads(line)
                    found.setdefault(span["context"]["trace_id"], []).append(span)
        return found

    def _all_bookings(self) -> list[dict[str, Any]]:
        login = {"email": "owner@lyo.local", "password": "lyo-demo"}
        if "authorization" not in self.gateway.headers:
            token = self.gateway.post("/api/v1/auth/login", json=login).raise_for_status().json()
            self.gateway.headers["authorization"] = f"Bearer {token['access_token']}"
        found = self.gateway.get("/api/v1/tenants/lyo/bookings", params={"limit": 100}).raise_for_status()
        items: list[dict[str, Any]] = found.json()["items"]
        return items


def environment(folder: Path) -> dict[str, str]:
    """This process's, without the settings of whatever else runs here."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BELLHOP_")}
    return {**own, "BELLHOP_DATA_DIR": str(folder)}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Product]:
    """As the module's SETTINGS, if it has any, want it."""
    folder = tmp_path_factory.mktemp("bellhop")
    (port,) = free_ports(1)
    env = {**environment(folder), "PORT": str(port), **getattr(request.module, "SETTINGS", {})}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", "ops", "up"], env=env, stdout=output)
    try:
        until(lambda: b"Bellhop is ready" in (folder / "output").read_bytes(), STARTS_WITHIN)
        stack = find_running(folder)
        assert stack
        with _client(stack.sandbox_url or "") as sandbox, _client(stack.gateway_url) as gateway:
            yield Product(folder, process, sandbox, gateway)
    finally:
        process.terminate()
        process.wait(20)


def _client(url: str) -> httpx.Client:
    # A phone's message is only answered when the gateway took it, which a restart may delay.
    return httpx.Client(base_url=url, timeout=70, trust_env=False)
