"""Ports of this machine: which are free, and which to take instead."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from ops.servers.address import free_ports
from ops.up.programs import Program

BACKLOG = 2048
"""Connections that may wait at a socket until a process takes them."""


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


def assign(programs: Iterable[Program], *, usual: bool = True) -> dict[str, int]:
    """A port for every program: its usual one where that is wanted and free, else any free one."""
    ports: dict[str, int] = {}
    for program in programs:
        fits = usual and is_free(program.port)
        ports[program.name] = program.port if fits else _another(set(ports.values()))
    return ports


def listen(host: str, port: int) -> socket.socket:
    """A listening socket for processes to share: while none of them lives, who connects waits.

    Raises OSError when the port is taken.
    """
    return socket.create_server((host, port), backlog=BACKLOG)


@contextmanager
def claim_of_usual_ports() -> Iterator[bool]:
    """Whether this run may take the usual ports.

    Stacks that start at the same moment all find them free; only one of them gets the claim.
    """
    with (Path(tempfile.gettempdir()) / f"bellhop-ports-{os.getuid()}.lock").open("w") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def listens(pid: int, port: int) -> bool:
    """Whether this very process listens on the port, and not another that was quicker."""
    try:
        sockets = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return False
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in sockets)


def _another(taken: set[int]) -> int:
    return next(port for port in free_ports(len(taken) + 1) if port not in taken)
