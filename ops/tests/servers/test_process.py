import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from ops.servers import ServerFailed
from ops.servers.process import ServerProcess


async def never() -> bool:
    return False


async def test_a_server_left_by_an_earlier_run_is_stopped(tmp_path: Path) -> None:
    earlier = ServerProcess("sleeper", ["sleep", "60"], tmp_path)
    await earlier.start()
    pid = int(earlier.pid_file.read_text().split()[0])
    now = ServerProcess("sleeper", ["sleep", "60"], tmp_path)
    assert await asyncio.to_thread(now.stop_leftover) == pid
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert now.stop_leftover() is None
    await earlier.stop()


async def test_a_pid_that_belongs_to_another_process_now_is_left_alone(tmp_path: Path) -> None:
    stranger = await asyncio.create_subprocess_exec("sleep", "60")
    server = ServerProcess("sleeper", ["sleep", "60"], tmp_path)
    server.pid_file.write_text(f"{stranger.pid} 1.0")
    assert server.stop_leftover() is None
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def test_one_that_ends_while_starting_shows_its_log(tmp_path: Path) -> None:
    server = ServerProcess("liar", ["sh", "-c", "echo port is taken; exit 1"], tmp_path)
    await server.start()
    with pytest.raises(ServerFailed, match="port is taken"):
        await server.until(never, seconds=10)
    await server.stop()


async def test_one_that_ignores_a_stop_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    server = ServerProcess("deaf", [sys.executable, "-c", deaf], tmp_path, grace=0.2)
    await server.start()

    async def listening() -> bool:
        return server.log.read_text() == "1\n"

    await server.until(listening, seconds=10)
    pid = int(server.pid_file.read_text().split()[0])
    await server.stop()
    assert not psutil.pid_exists(pid)
    assert not server.pid_file.exists()
