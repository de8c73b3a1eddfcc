"""Where the servers answer, and how a child process is told."""

import random
import socket
from dataclasses import dataclass

# Below Linux's ephemeral range (32768 and up), so no outgoing connection takes a port we just chose.
PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Servers:
    """Addresses of a RabbitMQ and a Redis; `management_url` carries its user and password."""

    rabbitmq_url: str
    redis_url: str
    management_url: str | None = None

    def environment(self) -> dict[str, str]:
        """The settings that point a Bellhop process at these servers."""
        settings = {"BELLHOP_RABBITMQ_URL": self.rabbitmq_url, "BELLHOP_REDIS_URL": self.redis_url}
        if self.management_url:
            settings["BELLHOP_RABBITMQ_MANAGEMENT_URL"] = self.management_url
        return settings


def free_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 that nobody listens on at this moment."""
    chosen: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        if len(chosen) == count:
            break
        if _is_free(port):
            chosen.append(port)
    return chosen


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
