"""What changes with vendors, models and keys is said to everybody."""

from dataclasses import dataclass
from uuid import uuid4

from ai_router.handlers.completions import SOURCE
from ai_router.ports import Publisher
from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.observability.logging import get_logger
from contracts import channels
from contracts.ai import AiCircuitChanged, AiKeyChanged
from contracts.events import first

log = get_logger(__name__)


@dataclass(frozen=True)
class Announcing:
    """Publishes what circuits and keys have come to; it is no business's, but the installation's."""

    publisher: Publisher
    clock: Clock

    async def changed(self, change: AiCircuitChanged | AiKeyChanged) -> None:
        """Never raises: whoever asks for an answer does not wait for this to be recorded."""
        log.warning("an AI way has changed", **change.model_dump(mode="json", exclude_defaults=True))
        event = first(
            change, event_id=uuid4(), source=SOURCE, tenant=channels.SYSTEM,
            partition=f"ai.{change.vendor}", time=self.clock(),
        )  # fmt: skip
        try:
            await self.publisher.publish(event)
        except TransientError as error:
            log.error("a change of an AI way is not on record", exc_info=error)
