"""Whether RabbitMQ confirms what is published, known before anybody publishes."""

import asyncio
from typing import Final

from chassis.http.health import Check
from chassis.observability.logging import get_logger

_EVERY_SECONDS: Final = 0.2  # so long at most until a return is noticed
_PATIENCE: Final = 10  # rounds of the loop that a confirm may take; a busy moment of our own is no outage
_ROUND_SECONDS: Final = 0.1
_GIVEN_UP_SECONDS: Final = 15.0  # a confirm that has not come by then was lost with its connection

log = get_logger(__name__)


class BrokerWatch:
    """Publishes a message to nowhere, again and again. One that hangs is waited for.

    An alarm of RabbitMQ's stops its confirms and takes them up again where it stopped, so the one that hangs
    is also the first to tell that the alarm is over.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self.confirms = True

    async def run(self) -> None:
        """Looks for ever; for a background task."""
        while True:
            await self._look()
            await asyncio.sleep(_EVERY_SECONDS)

    async def _look(self) -> None:
        trial = asyncio.ensure_future(self._check())
        try:
            async with asyncio.timeout(_GIVEN_UP_SECONDS):
                if not await _soon(trial):
                    self._tell("RabbitMQ confirms nothing")
                await trial
            self._tell(None)
        except Exception as error:
            self._tell(f"RabbitMQ is away ({type(error).__name__})")
        finally:
            trial.cancel()

    def _tell(self, trouble: str | None) -> None:
        if self.confirms and trouble:
            log.warning(f"{trouble}: webhooks are turned away until it is back")
        if not self.confirms and not trouble:
            log.info("RabbitMQ confirms again: webhooks are taken in")
        self.confirms = trouble is None


async def _soon(trial: asyncio.Future[None]) -> bool:
    # In short rounds: a loop that is late is late for the confirm as well as for the clock.
    for _ in range(_PATIENCE):
        if (await asyncio.wait([trial], timeout=_ROUND_SECONDS))[0]:
            return True
    return False
