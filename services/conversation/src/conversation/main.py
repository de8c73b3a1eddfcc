"""The conversation service, as a list of its parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.handling import HandleOnce
from chassis.messaging.waiting_room import WaitingRules
from chassis.service import Parts, Wiring, run, service_app
from chassis.settings import load
from chassis.tenants import TenantProjection
from contracts.messages import MessageReceived
from contracts.tenants import TenantConfigured
from conversation import prompt_routes, routes
from conversation.adapters.conversation_documents import ConversationDocuments
from conversation.adapters.transcript_documents import TranscriptDocuments
from conversation.domain import prompts
from conversation.domain.capabilities import capabilities_of
from conversation.domain.dialogue import ANSWERS
from conversation.domain.preparing import prepare
from conversation.domain.state import Conversation
from conversation.handlers import FrontDesk, TranscribedPublisher, WaitingCustomers
from conversation.settings import ConversationSettings


@asynccontextmanager
async def wire(parts: Parts) -> AsyncIterator[Wiring]:
    """Puts the parts together."""
    chosen: ConversationSettings = parts.settings
    prompts.use(chosen.prompts_dir)
    await asyncio.to_thread(prepare)
    tenants = TenantProjection(parts.store)
    conversations = ConversationDocuments(parts.store)
    transcript = TranscriptDocuments(parts.store, parts.clock)
    publisher = TranscribedPublisher(parts.publisher, transcript)
    handle_once = HandleOnce(conversations.collection, Conversation, publisher, "conversation", parts.clock)
    desk = FrontDesk(handle_once, tenants, transcript)
    waiting = WaitingCustomers(tenants, conversations, transcript)
    yield Wiring(
        handlers={
            TenantConfigured: tenants.on_tenant_configured,
            MessageReceived: desk.on_message_received,
            **dict.fromkeys(ANSWERS, desk.on_event),
        },
        state={"conversations": conversations, "transcript": transcript, "tenants": tenants},
        waiting=WaitingRules(capabilities_of, waiting.urgent, waiting.on_held),
    )


settings = load(ConversationSettings)
app = service_app("conversation", settings, wire, routers=[routes.router, prompt_routes.router])

if __name__ == "__main__":
    run(app, settings)
