"""`bellhop scale` and `bellhop restart` over a running stack of tiny services."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from ops import scaling
from ops.status import NOT_WELL
from ops.up.control import ControlFailed, Progress, restart, scale
from ops.up.running_stack import Running, RunningStack, find_running

WAITS = """
import os, time
while not os.path.exists({!r}): time.sleep(0.02)
"""


@dataclass
class Tiny:
    """A running stack from outside."""

    environment: dict[str, str]
    process: "subprocess.Popen[str]"
    told: list[tuple[str, str]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return Path(self.environment["BELLHOP_DATA_DIR"])

    @property
    def note(self) -> RunningStack:
        found = find_running(self.folder)
        assert found
        return found

    def replicas(self, service: str) -> dict[str, Running]:
        return {name: one for name, one in self.note.processes.items() if name.split(".")[0] == service}

    def tell(self, progress: Progress) -> None:
        self.told.append((progress.replica, progress.step))

    def bellhop(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "ops", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


@pytest.fixture
def tiny(environment: dict[str, str]) -> Iterator[Tiny]:
    environment["BELLHOP_REPLICAS"] = "conversation=2"
    command = [sys.executable, "-m", "ops", "up"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert any("Ctrl-C stops everything" in line for line in process.stdout)
            threading.Thread(target=process.stdout.read, daemon=True).start()
            until((Path(environment["BELLHOP_DATA_DIR"]) / "control.sock").exists)
            yield Tiny(environment, process)
        finally:
            process.terminate()
            process.wait(15)


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def pid_at(url: str) -> int:
    return int(httpx.get(url, trust_env=False).json()["pid"])


def test_replicas_come_go_and_are_replaced(tiny: Tiny) -> None:
    assert tiny.replicas("conversation").keys() == {"conversation", "conversation.2"}
    first = tiny.note.processes["conversation"]

    after = scale(tiny.folder, {"conversation": 3, "notifier": 2}, tiny.tell)
    assert ("conversation.3", "ready") in tiny.told
    assert ("notifier.2", "ready") in tiny.told
    replicas = tiny.replicas("conversation")
    assert replicas.keys() == {"conversation", "conversation.2", "conversation.3"}
    assert replicas == {name: after.processes[name] for name in replicas}
    assert {name: pid_at(one.url or "") for name, one in replicas.items()} == {
        name: one.pid for name, one in replicas.items()
    }
    assert pid_at(tiny.note.services["conversation"]) in {one.pid for one in replicas.values()}

    scale(tiny.folder, {"conversation": 1}, tiny.tell)
    assert tiny.replicas("conversation") == {"conversation": first}
    assert not any(replicas[name].lives() for name in ("conversation.2", "conversation.3"))

    tiny.told.clear()
    restart(tiny.folder, "conversation", tiny.tell)
    assert tiny.told == [
        ("conversation.new", "starting"),
        ("conversation.new", "ready"),
        ("conversation.old", "stopping"),
        ("conversation.old", "stopped"),
    ]
    (second,) = tiny.replicas("conversation").values()
    assert (second.lives(), first.lives()) == (True, False)


def test_a_killed_replica_comes_back_under_its_name(tiny: Tiny) -> None:
    before = tiny.note.processes["conversation.2"]
    os.kill(before.pid, signal.SIGKILL)
    until(lambda: tiny.note.processes["conversation.2"].pid != before.pid)
    again = tiny.note.processes["conversation.2"]
    assert again.url == before.url
    until(lambda: pid_at(again.url or "") == again.pid)


def test_one_that_does_not_start_is_taken_away_and_the_old_one_stays(tiny: Tiny) -> None:
    (Path(tiny.environment["PYTHONPATH"]) / "notifier" / "__main__.py").write_text("raise SystemExit(3)")
    before = tiny.replicas("notifier")
    with pytest.raises(ControlFailed, match="did not become ready and was taken away"):
        restart(tiny.folder, "notifier", tiny.tell)
    assert tiny.replicas("notifier") == before
    assert all(one.lives() for one in before.values())


def test_the_commands_show_what_they_do(tiny: Tiny) -> None:
    done = tiny.bellhop("scale", "notifier=2")
    assert "notifier.2 ready" in done.stdout
    assert "notifier.2 " in done.stdout.split("notifier.2 ready")[1]
    assert tiny.bellhop("scale").stdout.count("conversation") >= 2
    restarted = tiny.bellhop("restart", "notifier")
    assert "notifier.2.old stopped" in restarted.stdout
    assert tiny.bellhop("scale", "nobody=2").returncode == 2
    assert tiny.bellhop("restart", "nobody").returncode == 2


def test_a_second_change_waits_for_the_first_and_says_so(tiny: Tiny, tmp_path: Path) -> None:
    slow, may_start = Path(tiny.environment["PYTHONPATH"]) / "notifier" / "__main__.py", tmp_path / "go"
    slow.write_text(WAITS.format(str(may_start)) + slow.read_text())
    first = threading.Thread(target=scale, args=(tiny.folder, {"notifier": 2}, tiny.tell))
    first.start()
    until(lambda: ("notifier.2", "starting") in tiny.told)

    def tell(progress: Progress) -> None:
        tiny.tell(progress)
        if progress.step == "waiting":
            may_start.touch()

    scale(tiny.folder, {"notifier": 3}, tell)
    first.join(15)
    assert tiny.told.count(("", "waiting")) == 1
    assert tiny.told.index(("notifier.2", "ready")) < tiny.told.index(("notifier.3", "starting"))
    assert tiny.replicas("notifier").keys() == {"notifier", "notifier.2", "notifier.3"}


def test_what_is_done_ends_well_while_somebody_elses_change_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scaling, "find_running", lambda _: "a stack")
    monkeypatch.setattr(scaling, "order_scale", lambda *_: None)
    monkeypatch.setattr(scaling, "order_restart", lambda *_: None)
    monkeypatch.setattr(scaling, "status", lambda: NOT_WELL)  # another one's new replica is not ready yet
    assert scaling.scale(["notifier=2"]) == scaling.restart("notifier") == 0
    assert scaling.scale([]) == NOT_WELL


def test_the_socket_is_for_its_user_alone_and_goes_with_the_stack(tiny: Tiny) -> None:
    path = tiny.folder / "control.sock"
    assert path.stat().st_mode & 0o077 == 0
    tiny.process.terminate()
    tiny.process.wait(15)
    assert not path.exists()


def test_where_nothing_runs_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ControlFailed, match="make run"):
        scale(tmp_path, {"conversation": 2})
    with pytest.raises(ControlFailed, match="there is no service"):
        restart(tmp_path, "nobody")
