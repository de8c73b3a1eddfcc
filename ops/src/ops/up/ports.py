"""Ports of this machine: which are free, and which to take instead."""

import socket
from collections.abc import Iterable

from ops.servers.address import free_ports
from ops.up.programs import Program


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server may listen on `port` of `host` at this moment."""
    with socket.socket() as probe:
        # As servers do: connections that linger from an earlier run do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def assign(programs: Iterable[Program]) -> dict[str, int]:
    """A port for every program: its usual one where that is free, else any free one."""
    ports: dict[str, int] = {}
    for program in programs:
        ports[program.name] = program.port if is_free(program.port) else _another(set(ports.values()))
    return ports


def _another(taken: set[int]) -> int:
    return next(port for port in free_ports(len(taken) + 1) if port not in taken)
