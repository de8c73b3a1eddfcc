"""RabbitMQ and Redis for one machine: private instances that never touch the system's own."""

from ops.servers.address import Servers
from ops.servers.process import ServerFailed
from ops.servers.running import private_servers
from ops.servers.supply import ServersUnavailable

__all__ = ["ServerFailed", "Servers", "ServersUnavailable", "private_servers"]
