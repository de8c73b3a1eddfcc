"""Makes sure that a process reaches nobody: no network, no other programs."""

import sys
from typing import Any, Final

REFUSED: Final = frozenset(
    {
        "socket.__new__", "socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg",
        "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
        "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn",
        "os.startfile", "pty.spawn", "ctypes.dlopen", "ctypes.dlsym",
    }
)  # fmt: skip
"""By the interpreter's names of audit events: ways out of this process, and ways around this guard."""

attempts: Final[list[str]] = []
"""What was refused so far, even where whoever tried has passed over the refusal in silence."""


class Isolated(RuntimeError):
    """Something tried to reach the network, or to start another program."""


def no_network() -> None:
    """Refuses it from now on, for the rest of this process; there is no way back."""
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in REFUSED:
        attempts.append(event)
        raise Isolated(f"a replay reaches nobody: {event} was refused")
