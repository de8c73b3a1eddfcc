"""Who wants to be written to and who does not."""

from dataclasses import dataclass

from contracts.customers import ConsentGiven, ConsentWithdrawn
from contracts.envelope import Event
from notifier.ports import Consents


@dataclass(frozen=True)
class Consent:
    """Handles consent.withdrawn and consent.given."""

    consents: Consents

    async def on_withdrawn(self, event: Event[ConsentWithdrawn]) -> None:
        """Stop all sending to a customer on one channel."""
        await self._note(event, opted_out=True)

    async def on_given(self, event: Event[ConsentGiven]) -> None:
        """Take up sending to a customer again."""
        await self._note(event, opted_out=False)

    async def _note(self, event: Event[ConsentWithdrawn] | Event[ConsentGiven], *, opted_out: bool) -> None:
        data = event.data
        await self.consents.note(
            event.tenantid, data.channel, data.personal.address, opted_out=opted_out, at=event.time
        )
