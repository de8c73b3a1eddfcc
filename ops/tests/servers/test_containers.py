from pathlib import Path

from ops.servers import rabbitmq, redis
from ops.servers.rabbitmq import RabbitPorts

PORTS = RabbitPorts(amqp=20001, management=20002, epmd=20003, distribution=20004)


def published(command: list[str]) -> list[str]:
    return [part for part in command if part.startswith("--publish=")]


def test_containers_are_reached_from_this_machine_alone(tmp_path: Path) -> None:
    broker = rabbitmq.docker(tmp_path, PORTS, management=True, keep=True)
    assert published(list(broker.command)) == [
        "--publish=127.0.0.1:20001:5672",
        "--publish=127.0.0.1:20002:15672",
    ]
    assert published(list(redis.docker(tmp_path, 20005).command)) == ["--publish=127.0.0.1:20005:6379"]


def test_a_later_run_removes_the_container_an_earlier_one_left(tmp_path: Path) -> None:
    earlier = rabbitmq.docker(tmp_path, PORTS, management=True, keep=True)
    later = rabbitmq.docker(tmp_path, RabbitPorts.free(), management=True, keep=True)
    (name,) = [part for part in earlier.command if part.startswith("--name=")]
    assert name.removeprefix("--name=") in later.sweep


def test_data_outlives_the_container_only_when_it_is_to_be_kept(tmp_path: Path) -> None:
    kept = rabbitmq.docker(tmp_path, PORTS, management=True, keep=True)
    passing = rabbitmq.docker(tmp_path, PORTS, management=True, keep=False)
    assert len([part for part in kept.command if ":/var/lib/rabbitmq" in part]) == 1
    assert not [part for part in passing.command if ":/var/lib/rabbitmq" in part]


def test_without_management_the_plugin_and_its_settings_are_absent(tmp_path: Path) -> None:
    rabbitmq.native(tmp_path, PORTS, management=False, keep=False)
    assert "management" not in (tmp_path / "enabled_plugins").read_text()
    assert "management" not in (tmp_path / "rabbitmq.conf").read_text()
