"""The programs a running stack consists of."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Program:
    """One process: `python -m module`, listening on `port` unless that is taken."""

    name: str
    module: str
    port: int


GATEWAY: Final = Program("gateway", "gateway", 8000)
SANDBOX: Final = Program("sandbox", "ops.sandbox", 8010)

SERVICES: Final = (
    GATEWAY,
    Program("conversation", "conversation", 8001),
    Program("ai-router", "ai_router", 8002),
    Program("scheduler", "scheduler", 8003),
    Program("notifier", "notifier", 8004),
)
