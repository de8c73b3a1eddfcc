"""These start real servers of their own; they need the programs, not the ones `make test` runs."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import psutil
import pytest

from ops.servers import ServerFailed, Servers, private_servers, redis
from ops.servers.__main__ import main
from ops.servers.supply import Product, program

pytestmark = pytest.mark.skipif(
    not all(program(product) for product in Product), reason="RabbitMQ or Redis is not installed"
)
ELSEWHERE = "amqp://somewhere.else/"


async def test_queues_outlive_a_restart_on_the_same_folder(tmp_path: Path) -> None:
    servers = private_servers(tmp_path, rabbitmq_url=None, redis_url=None, keep_data=True)
    async with servers as first:
        await _declare_all_we_need(first)
    assert not _pid_files(tmp_path)
    again = private_servers(
        tmp_path, rabbitmq_url=None, redis_url="redis://x", keep_data=True, management=False
    )
    async with again as second, await aio_pika.connect(second.rabbitmq_url) as connection:
        channel = await connection.channel()
        kept = await (await channel.get_queue("work")).get(timeout=10)
        assert kept.body == b"kept"
        assert second.management_url is None


async def test_a_server_that_is_killed_comes_back_where_it_was(tmp_path: Path) -> None:
    said: list[str] = []
    servers = private_servers(
        tmp_path, rabbitmq_url=ELSEWHERE, redis_url=None, keep_data=True, say=said.append
    )
    async with servers as addresses, asyncio.timeout(30):
        for _ in range(2):
            os.kill(_pid(tmp_path / "redis" / "redis.pid"), signal.SIGKILL)
            while not await redis.answers(urlsplit(addresses.redis_url).port or 0):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert said == ["redis died (-9); starting it again"] * 2
    assert not _pid_files(tmp_path)


def _pid(file: Path) -> int:
    return int(file.read_text().split()[0])


def _pid_files(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*.pid")]


async def _declare_all_we_need(servers: Servers) -> None:
    async with await aio_pika.connect(servers.rabbitmq_url) as connection:
        channel = await connection.channel()
        await channel.declare_exchange("inbox", "x-consistent-hash", durable=True)
        for name, kind in (("work", "quorum"), ("log", "stream")):
            await channel.declare_queue(name, durable=True, arguments={"x-queue-type": kind})
        message = aio_pika.Message(b"kept", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "work")


async def test_nothing_is_left_when_the_parent_dies_hard(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "ops.servers", "exec", "--", "sh", "-c", "echo $$; exec sleep 60"],
        stdout=asyncio.subprocess.PIPE,
        env={**_without_addresses(), "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    command = psutil.Process(int(await parent.stdout.readline()))
    servers = [p for p in psutil.Process(parent.pid).children() if p != command]
    assert {p.name() for p in servers} == {"redis-server", "epmd", "beam.smp"}
    parent.kill()
    command.kill()
    await parent.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, servers, timeout=15)
    assert alive == []


def _without_addresses() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("BELLHOP_")}


async def test_a_given_server_is_used_and_only_the_other_started(tmp_path: Path) -> None:
    servers = private_servers(tmp_path, rabbitmq_url=ELSEWHERE, redis_url=None, keep_data=False)
    async with servers as addresses:
        assert addresses.environment().keys() == {"BELLHOP_RABBITMQ_URL", "BELLHOP_REDIS_URL"}
        assert addresses.rabbitmq_url == ELSEWHERE
        assert _pid_files(tmp_path) == ["redis.pid"]
    assert not (tmp_path / "redis").exists()


async def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    one = private_servers(tmp_path, rabbitmq_url=ELSEWHERE, redis_url=None, keep_data=True)
    two = private_servers(tmp_path, rabbitmq_url=ELSEWHERE, redis_url=None, keep_data=True)
    async with one:
        with pytest.raises(ServerFailed, match="stop that run first"):
            await two.__aenter__()


@pytest.mark.parametrize(("command", "code"), [("exit 7", 7), (f"kill -{signal.SIGTERM.value} $$", 143)])
def test_exec_ends_as_its_command_does(command: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELLHOP_RABBITMQ_URL", ELSEWHERE)
    monkeypatch.setenv("BELLHOP_REDIS_URL", "redis://somewhere.else/")
    assert main(["exec", "--", "sh", "-c", command]) == code
