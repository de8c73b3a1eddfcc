"""`python -m ops.servers exec -- CMD…` runs CMD with a RabbitMQ and a Redis of its own.

`python -m ops.servers install PACKAGE…` installs Debian packages where that is possible.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.servers import ServerFailed, ServersUnavailable, private_servers
from ops.servers.packages import install


async def _exec(command: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="bellhop-servers-", ignore_cleanup_errors=True) as temp:
        async with private_servers(
            Path(temp),
            rabbitmq_url=os.environ.get("BELLHOP_RABBITMQ_URL") or None,
            redis_url=os.environ.get("BELLHOP_REDIS_URL") or None,
            management_url=os.environ.get("BELLHOP_RABBITMQ_MANAGEMENT_URL") or None,
            keep_data=False,
        ) as servers:
            return await _run(command, servers.environment())


async def _run(command: Sequence[str], settings: Mapping[str, str]) -> int:
    """The command's exit code. Ctrl-C reaches it from the terminal; SIGTERM is passed on."""
    child = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings})
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    loop.add_signal_handler(signal.SIGTERM, child.terminate)
    code = await child.wait()
    return code if code >= 0 else 128 - code  # a shell's way to say "ended by a signal"


def main(arguments: Sequence[str]) -> int:
    try:
        match arguments:
            case ["exec", "--", *command] if command:
                return asyncio.run(_exec(command))
            case ["install", *packages] if packages:
                install(packages)
                return 0
    except (ServersUnavailable, ServerFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
