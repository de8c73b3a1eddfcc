"""The programs a running stack consists of."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Program:
    """What is run as `python -m module`, and answers on `port` unless that is taken.

    Of a replicable one any number of processes share that port.
    """

    name: str
    module: str
    port: int
    replicable: bool = True


GATEWAY: Final = Program("gateway", "gateway", 8000)
SANDBOX: Final = Program("sandbox", "ops.sandbox", 8010, replicable=False)
AI_ROUTER: Final = Program("ai-router", "ai_router", 8002)

SERVICES: Final = (
    GATEWAY,
    Program("conversation", "conversation", 8001),
    AI_ROUTER,
    Program("scheduler", "scheduler", 8003),
    Program("notifier", "notifier", 8004),
)
