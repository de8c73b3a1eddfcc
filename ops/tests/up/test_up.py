"""`bellhop up` from outside: a real supervisor over tiny services that stand where the real ones do."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from ops.servers.address import free_ports
from ops.up.programs import SERVICES
from ops.up.running_stack import RunningStack, find_running

BROKEN = "raise SystemExit('the notifier has no ink')"


@contextmanager
def up(environment: dict[str, str], *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "ops", "up", *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def until_said(process: subprocess.Popen[str], words: str) -> list[str]:
    assert process.stdout
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return seen
    raise AssertionError(f"{words!r} was not said, but:\n" + "".join(seen))


def until(condition: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def note(environment: dict[str, str]) -> RunningStack:
    found = find_running(Path(environment["BELLHOP_DATA_DIR"]))
    assert found
    return found


def nobody_left(stack: RunningStack) -> bool:
    return not any(one.lives() and not _is_zombie(one.pid) for one in stack.processes.values())


def _is_zombie(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_from_start_to_stop(environment: dict[str, str]) -> None:
    with up(environment) as process:
        shown = "".join(until_said(process, "Ctrl-C stops everything"))
        assert f"http://127.0.0.1:{environment['PORT']}" in shown
        assert "offline: answering by rules" in shown
        assert "\x1b[" not in shown
        stack = note(environment)
        assert stack.processes.keys() == {one.name for one in SERVICES}

        again = subprocess.run(
            [sys.executable, "-m", "ops", "up"], env=environment, capture_output=True, text=True, check=False
        )
        assert (again.returncode, "already runs" in again.stdout) == (2, True)

        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert nobody_left(stack)
    assert find_running(Path(environment["BELLHOP_DATA_DIR"])) is None
    logs = Path(environment["BELLHOP_DATA_DIR"]) / "logs"
    assert json.loads((logs / "gateway.jsonl").read_text())["event"] == "ready"


@pytest.mark.parametrize("victim", ["gateway", "notifier"])
def test_a_killed_service_heals_by_itself(environment: dict[str, str], victim: str) -> None:
    with up(environment) as process:
        until_said(process, "Ctrl-C stops everything")
        before = note(environment).processes[victim]
        os.kill(before.pid, signal.SIGKILL)
        until_said(process, f"{victim} died (signal 9)")
        until(lambda: _answers(before.url or ""), seconds=3)
        assert note(environment).processes[victim].pid != before.pid


def test_killed_hard_it_leaves_nobody(environment: dict[str, str]) -> None:
    with up(environment) as process:
        until_said(process, "Ctrl-C stops everything")
        stack = note(environment)
        process.kill()
    until(lambda: nobody_left(stack))


def test_a_second_ctrl_c_kills_at_once(environment: dict[str, str]) -> None:
    scheduler = Path(environment["PYTHONPATH"]) / "scheduler" / "__main__.py"
    scheduler.write_text(scheduler.read_text().replace("lambda *_: sys.exit(0)", "signal.SIG_IGN"))
    with up(environment) as process:
        until_said(process, "Ctrl-C stops everything")
        stack = note(environment)
        process.send_signal(signal.SIGINT)
        until_said(process, "stopping")
        process.send_signal(signal.SIGINT)
        assert process.wait(2) == 1
    until(lambda: nobody_left(stack))


def test_a_folder_that_cannot_be_used_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env = {**environment, "BELLHOP_DATA_DIR": str(tmp_path / "file" / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "ops", "up"], env=env, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, "BELLHOP_DATA_DIR" in done.stderr) == (2, True)


def test_a_taken_port_is_named(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))), up(environment) as process:
        until_said(process, f"port {environment['PORT']} is taken")
        assert process.wait(10) == 2


def test_a_service_that_cannot_start_ends_the_run_with_its_last_words(environment: dict[str, str]) -> None:
    (Path(environment["PYTHONPATH"]) / "notifier" / "__main__.py").write_text(BROKEN)
    with up(environment) as process:
        until_said(process, "notifier keeps dying")
        until_said(process, "the notifier has no ink")
        until_said(process, "notifier does not start")
        assert process.wait(10) == 1


def test_the_raw_log_is_json_alone(environment: dict[str, str]) -> None:
    with up(environment, "--json") as process:
        lines = until_said(process, '"event": "ready", "service": "bellhop"')
        assert all(isinstance(json.loads(line), dict) for line in lines)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def test_production_is_refused_at_once_with_all_that_is_missing(tmp_path):
    environment = {**os.environ, "BELLHOP_ENV": "production", "BELLHOP_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "ops", "up", "--port", str(free_ports(1)[0])]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "BELLHOP_SEALING_KEY must be" in ended.stdout
    assert "BELLHOP_ADMIN_PASSWORD must be" in ended.stdout
    assert not (tmp_path / "servers").exists()
