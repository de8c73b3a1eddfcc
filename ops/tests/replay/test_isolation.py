"""What decides reaches nobody: not even code that tries."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.tenants import TenantConfig
from ops.replay.deciding import Candidate, Outcome, Undecided, replay_all
from ops.replay.rehearsal import script
from ops.replay.wire import Setup

HERE = Path(__file__).parents[3]

TRIES = (
    "import socket; socket.create_connection(('127.0.0.1', 1))",
    "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 1))",
    "import socket; socket.socketpair()",
    "import socket; socket.getaddrinfo('localhost', 80)",
    "import socket; socket.gethostbyname('localhost')",
    "import httpx; httpx.get('http://127.0.0.1:1/', trust_env=False)",
    "import subprocess; subprocess.run(['true'])",
    "import os; os.system('true')",
    "import os; os.fork()",
    "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "import os; os.execv('/bin/true', ['true'])",
    "import asyncio; asyncio.run(asyncio.sleep(0))",
    "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
)

VENDOR_CLIENTS = ("httpx", "aio_pika", "redis", "motor", "notifier", "ai_router", "scheduler", "gateway")

ATTEMPT = "import socket\n    socket.create_connection(('127.0.0.1', 1))"
SILENT = """
    import contextlib, socket
    with contextlib.suppress(Exception):
        socket.create_connection(('127.0.0.1', 1))
"""


def in_a_child(code: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("attempt", TRIES)
def test_every_way_out_is_refused(attempt: str) -> None:
    done = in_a_child(f"from ops.replay.isolation import no_network; no_network()\n{attempt}")
    assert done.returncode == 1
    assert "Isolated: a replay reaches nobody" in done.stderr


def test_files_are_no_way_out() -> None:
    assert in_a_child(
        f"from ops.replay.isolation import no_network; no_network()\nopen({str(HERE / 'Makefile')!r}).read()"
    ).returncode == 0  # fmt: skip


def test_what_decides_has_no_client_of_any_vendor() -> None:
    done = in_a_child("import sys, ops.replay.worker; print(*{name.split('.')[0] for name in sys.modules})")
    loaded = set(done.stdout.split())
    assert {"conversation", "contracts"} <= loaded
    assert loaded.isdisjoint(VENDOR_CLIENTS)


def test_code_that_reaches_out_is_refused_and_reported(tmp_path: Path, lyo: TenantConfig) -> None:
    replayed, tried = decided_by(checkout(tmp_path, ATTEMPT), lyo)
    assert "socket.__new__ was refused" in replayed.stopped or "getaddrinfo was refused" in replayed.stopped
    assert tried


def test_code_that_hides_its_attempt_is_reported_as_well(tmp_path: Path, lyo: TenantConfig) -> None:
    replayed, tried = decided_by(checkout(tmp_path, SILENT), lyo)
    assert not replayed.differs
    assert tried


def test_another_checkout_decides_and_only_its_changes_differ(tmp_path: Path, lyo: TenantConfig) -> None:
    code = checkout(tmp_path, "pass")
    words = code / "services/conversation/src/conversation/messages/it.yaml"
    words.write_text(words.read_text().replace("Prego!", "Ma prego!"))
    replayed, _ = decided_by(code, lyo)
    assert [turn.handled.data.personal.text for turn in replayed.turns if turn.differs] == ["ok grazie"]


def test_a_folder_without_code_is_told(tmp_path: Path, lyo: TenantConfig) -> None:
    with pytest.raises(Undecided, match="give the folder of a checkout"):
        decided_by(tmp_path, lyo)


def test_code_that_cannot_be_loaded_is_told(tmp_path: Path, lyo: TenantConfig) -> None:
    with pytest.raises(Undecided, match="SyntaxError"):
        decided_by(checkout(tmp_path, "this is no Python"), lyo)


def test_a_folder_above_a_checkout_is_none(lyo: TenantConfig) -> None:
    with pytest.raises(Undecided, match="give the folder of a checkout"):
        decided_by(HERE.parent, lyo)


def test_code_that_never_ends_is_ended_and_its_place_told(tmp_path: Path, lyo: TenantConfig) -> None:
    with pytest.raises(Undecided, match=r"hangs in .*dialogue\.py.* in decide"):
        decided_by(checkout(tmp_path, "while True: pass"), lyo, within=1.0)


def checkout(folder: Path, first_line: str) -> Path:
    """A copy of the conversation service whose decisions begin with this."""
    source = Path("services/conversation/src")
    shutil.copytree(HERE / source, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
    dialogue = folder / source / "conversation/domain/dialogue.py"
    opening = '    """One event. `now` is the moment it happened."""\n'
    assert opening in dialogue.read_text()
    dialogue.write_text(dialogue.read_text().replace(opening, f"{opening}    {first_line}\n"))
    return folder


def decided_by(code: Path, config: TenantConfig, within: float = 30.0) -> Outcome:
    history = script(config, ("quanto costa la piega?", "ok grazie"))
    (outcome,) = replay_all([history], Candidate(Setup(configs={"lyo": {1: config}}, within=within), code))
    return outcome
