"""The conversations as HandleOnce keeps them, for reading."""

from datetime import datetime

from chassis.storage import CollectionSpec, Range, Store, Versioned, instant
from conversation.domain.state import Conversation

CONVERSATIONS = CollectionSpec("conversations", indexes=(("state.updated_at",),))


class ConversationDocuments:
    """The conversations in the service's store."""

    def __init__(self, store: Store) -> None:
        self.collection = store.collection(CONVERSATIONS)

    async def get(self, tenant: str, conversation: str) -> Conversation | None:
        """One conversation of this tenant."""
        found = await self.collection.get(tenant, conversation)
        return _conversation(found) if found else None

    async def newest(self, tenant: str, limit: int, before: datetime | None) -> tuple[Conversation, ...]:
        """By their last event, newest first; those older than `before`."""
        older = {"state.updated_at": Range(lt=instant(before))} if before else {}
        found = await self.collection.find(
            tenant, older, sort="state.updated_at", descending=True, limit=limit
        )
        return tuple(map(_conversation, found))


def _conversation(document: Versioned) -> Conversation:
    return Conversation.model_validate(document.body["state"])
