"""How a private RabbitMQ is configured, started and asked whether it is ready."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ops.servers.address import free_ports
from ops.servers.container import container, container_name
from ops.servers.process import ServerProcess
from ops.servers.supply import Product, program

IMAGE = "rabbitmq:4-management"
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"  # AMQP 0-9-1, section 4.2.2
METHOD_FRAME = b"\x01"
# Seconds. The broker has closed its files within one; then the management plugin of 3.10 holds the
# Erlang machine for five more, waiting for an answer from an application that is already stopping.
GRACE = 2.5

# Limits are absolute and small: a developer's full disk or busy memory must not stop the broker.
_CONFIG = """
listeners.tcp.1 = {host}:{amqp}
management.tcp.ip = {host}
management.tcp.port = {management}
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 1GB
raft.wal_max_size_bytes = 67108864
log.console = true
log.console.level = warning
log.file = false
"""
_DIST_ON_LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"
# Idle schedulers leave the processor to the services.
_NO_SPINNING = "+sbwt none +sbwtdcpu none +sbwtdio none"


@dataclass(frozen=True)
class RabbitPorts:
    """`epmd` and `distribution` are what Erlang needs to know itself; nobody else uses them."""

    amqp: int
    management: int
    epmd: int
    distribution: int

    @classmethod
    def free(cls) -> "RabbitPorts":
        return cls(*free_ports(4))

    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.amqp}/"

    def management_url(self) -> str:
        return f"http://guest:guest@127.0.0.1:{self.management}"


def native(folder: Path, ports: RabbitPorts, *, management: bool, keep: bool) -> ServerProcess:
    """The broker as a process of this user; its node lives wholly inside `folder`."""
    _write_config(folder, management, _CONFIG.format(host="127.0.0.1", **vars(ports)))
    script = program(Product.RABBITMQ) or Product.RABBITMQ.value
    grace = GRACE if keep else 0.0
    return ServerProcess("rabbitmq", [script], folder, _environment(folder, ports), grace)


def epmd(folder: Path, ports: RabbitPorts) -> ServerProcess:
    """Erlang's port mapper, in the foreground and on a port of its own.

    Left to itself RabbitMQ would start a daemon that outlives it, or join the system's one.
    """
    command = [shutil.which("epmd") or "epmd", "-port", str(ports.epmd), "-address", "127.0.0.1"]
    return ServerProcess("epmd", command, folder)


def docker(folder: Path, ports: RabbitPorts, *, management: bool, keep: bool) -> ServerProcess:
    """The broker in a container that lives as long as this process; kept data in a named volume."""
    inside = {"host": "0.0.0.0", "amqp": 5672, "management": 15672}  # noqa: S104  published on loopback
    _write_config(folder, management, _CONFIG.format(**inside))
    name = container_name("rabbitmq", folder)
    options = [
        "--hostname=bellhop",  # the node and so its data folder are called after it
        f"--publish=127.0.0.1:{ports.amqp}:5672",
        f"--publish=127.0.0.1:{ports.management}:15672",
        f"--volume={folder}/rabbitmq.conf:/etc/rabbitmq/conf.d/20-bellhop.conf:ro",
        f"--volume={folder}/enabled_plugins:/etc/rabbitmq/enabled_plugins:ro",
        *([f"--volume={name}:/var/lib/rabbitmq"] if keep else []),
    ]
    return container("rabbitmq", folder, [*options, IMAGE])


async def answers(port: int) -> bool:
    """True when the broker greets an AMQP client (Connection.Start)."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(PROTOCOL_HEADER)
                return await reader.read(1) == METHOD_FRAME
            finally:
                writer.close()
    except OSError:  # TimeoutError is one too
        return False


def _write_config(folder: Path, management: bool, config: str) -> None:
    plugins = ["rabbitmq_consistent_hash_exchange"]
    if management:
        plugins.append("rabbitmq_management")
    else:
        config = "\n".join(line for line in config.splitlines() if "management" not in line)
    (folder / "rabbitmq.conf").write_text(config)
    (folder / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n")
    (folder / "rabbitmq-env.conf").touch()


def _environment(folder: Path, ports: RabbitPorts) -> dict[str, str]:
    """Every path the broker would otherwise take from the system's installation."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("RABBITMQ_", "ERL_"))}
    return inherited | {
        "HOME": str(folder),  # the Erlang cookie is made here
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(ports.epmd),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "config"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_NODENAME": "bellhop@localhost",  # unique among the nodes of its own epmd
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{_DIST_ON_LOOPBACK} {_NO_SPINNING}",
        "RUNNING_UNDER_SYSTEMD": "true",  # the script then becomes the broker: one pid, no shell between
    }
