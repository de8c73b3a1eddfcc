"""Each event of a conversation: one read, one decision, one write."""

from typing import Any

from chassis.errors import TransientError, Unavailable
from chassis.handling import Decision, HandleOnce
from contracts.envelope import Event
from contracts.messages import MessageReceived, MessageSendRequested
from conversation.domain.decided import turn_decided
from conversation.domain.dialogue import changes_consent, decide, noticed
from conversation.domain.state import Conversation
from conversation.ports import Conversations, Publisher, Tenants, Transcript


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
        tenant = await self._tenants.current(event.tenantid)

        def decision(conversation: Conversation | None) -> Decision[Conversation]:
            step = decide(conversation, event, tenant.config, event.time)
            account = turn_decided(event, conversation, step, tenant.version)
            return Decision(step.conversation, (*step.out, account))

        await self._handle_once(event, event.partitionkey, decision)


class WaitingCustomers:
    """What happens at once although an event has to wait: people see it, and STOP is heeded."""

    def __init__(self, tenants: Tenants, conversations: Conversations, transcript: Transcript) -> None:
        self._tenants = tenants
        self._conversations = conversations
        self._transcript = transcript

    async def urgent(self, event: Event[Any]) -> bool:
        """Whether it is STOP, or START after it. Nothing is, of a business not known. Raises Unavailable."""
        if not isinstance(event.data, MessageReceived):
            return False
        try:
            config = (await self._tenants.current(event.tenantid)).config
        except Unavailable:
            raise
        except TransientError:
            return False
        conversation = await self._conversations.get(event.tenantid, event.partitionkey)
        return changes_consent(conversation, event, config)

    async def on_held(self, event: Event[Any]) -> None:
        """Keep what a customer wrote in the transcript, and the conversation among the newest."""
        if isinstance(event.data, MessageReceived):
            await self._transcript.record(event)
            await self._conversations.note(
                event.tenantid, event.partitionkey, lambda conversation: noticed(conversation, event)
            )


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
