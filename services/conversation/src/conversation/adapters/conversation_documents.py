"""The conversations as HandleOnce keeps them, for reading and for what is noted beside its events."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chassis.handling import Handled
from chassis.storage import CollectionSpec, Conflict, Range, Store, Versioned, instant
from conversation.domain.state import Conversation

CONVERSATIONS = CollectionSpec("conversations", indexes=(("state.updated_at",),))

_OF_ONE_MOMENT = 10_000  # conversations; more cannot be handled within a second


class ConversationDocuments:
    """The conversations in the service's store."""

    def __init__(self, store: Store) -> None:
        self.collection = store.collection(CONVERSATIONS)

    async def get(self, tenant: str, conversation: str) -> Conversation | None:
        """One conversation of this tenant."""
        found = await self.collection.get(tenant, conversation)
        return _conversation(found) if found else None

    async def note(
        self, tenant: str, conversation: str, change: Callable[[Conversation | None], Conversation]
    ) -> None:
        """Changes a conversation without an event being handled; whoever loses a race decides anew."""
        while True:
            found = await self.collection.get(tenant, conversation)
            body: dict[str, Any] = {
                "state": change(_conversation(found) if found else None).model_dump(mode="json"),
                "handled": found.body["handled"] if found else Handled().document(),
            }
            try:
                expected = found.version if found else 0
                await self.collection.save(tenant, conversation, body, expected=expected)
            except Conflict:
                continue
            return

    async def newest(self, tenant: str, limit: int, before: datetime | None) -> tuple[Conversation, ...]:
        """By their last event, newest first; those older than `before`.

        More than `limit` where others are as old as the last one: vendors' clocks tell whole seconds, and
        the next page begins behind that moment.
        """
        older = {"state.updated_at": Range(lt=instant(before))} if before else {}
        found = await self.collection.find(
            tenant, older, sort="state.updated_at", descending=True, limit=limit
        )
        page = {one.key: _conversation(one) for one in found}
        if len(found) == limit and (oldest := page[found[-1].key].updated_at):
            alike = {"state.updated_at": instant(oldest)}
            page |= {
                one.key: _conversation(one)
                for one in await self.collection.find(tenant, alike, limit=_OF_ONE_MOMENT)
            }
        return tuple(page.values())


def _conversation(document: Versioned) -> Conversation:
    return Conversation.model_validate(document.body["state"])
