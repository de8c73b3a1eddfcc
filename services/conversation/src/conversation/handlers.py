"""Each event of a conversation: one read, one decision, one write."""

from typing import Any

from chassis.handling import Decision, HandleOnce
from contracts.envelope import Event
from contracts.messages import MessageReceived, MessageSendRequested
from conversation.domain.dialogue import decide
from conversation.domain.state import Conversation
from conversation.ports import Publisher, Tenants, Transcript


class FrontDesk:
    """Takes what customers write and what others answer, and decides what is said next."""

    def __init__(
        self, handle_once: HandleOnce[Conversation], tenants: Tenants, transcript: Transcript
    ) -> None:
        self._handle_once = handle_once
        self._tenants = tenants
        self._transcript = transcript

    async def on_message_received(self, event: Event[MessageReceived]) -> None:
        """A customer wrote: keep it in the transcript and carry on the dialogue."""
        await self._transcript.record(event)
        await self.on_event(event)

    async def on_event(self, event: Event[Any]) -> None:
        """Something happened that this conversation waits for: carry on the dialogue.

        Raises TransientError while the business is not known.
        """
        config = await self._tenants.get(event.tenantid)

        def decision(conversation: Conversation | None) -> Decision[Conversation]:
            step = decide(conversation, event, config, event.time)
            return Decision(step.conversation, step.out)

        await self._handle_once(event, event.partitionkey, decision)


class TranscribedPublisher:
    """Puts what we say into the transcript before it is published.

    It stands here and not in the decision, for a redelivered event publishes again without deciding.
    """

    def __init__(self, publisher: Publisher, transcript: Transcript) -> None:
        self._publisher = publisher
        self._transcript = transcript

    async def publish(self, *events: Event[Any]) -> None:
        for n, event in enumerate(events):
            if isinstance(event.data, MessageSendRequested):
                await self._transcript.record(event, n)
        await self._publisher.publish(*events)
