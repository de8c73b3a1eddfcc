"""A server in a Docker container that runs in the foreground, as if it were a process of ours."""

import zlib
from collections.abc import Sequence
from pathlib import Path

from ops.servers.process import ServerProcess

GRACE = 20.0  # seconds; killing the docker client alone would leave the container running


def container(server: str, folder: Path, options: Sequence[str]) -> ServerProcess:
    """`options` are those of `docker run`, then the image and its arguments."""
    name = container_name(server, folder)
    command = ["docker", "run", "--rm", f"--name={name}", *options]
    sweep = ["docker", "rm", "--force", "--volumes", name]
    return ServerProcess(server, command, folder, grace=GRACE, sweep=sweep)


def container_name(server: str, folder: Path) -> str:
    """The same for the same folder, so that a later run finds what an earlier one left."""
    return f"bellhop-{server}-{zlib.crc32(str(folder).encode()):08x}"
