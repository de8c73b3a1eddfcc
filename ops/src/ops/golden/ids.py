"""Ids anew: each is derived from tokens in the way the real one was derived, so that none leads back."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID, uuid5

from contracts.envelope import NAMESPACE, Event, derived_id, inbound_id
from contracts.messages import MessageReceived

UUIDS: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
MOST_CAUSED: Final = 64
"""So many events of one cause are looked through for the place of one."""

Token = Callable[[Event[MessageReceived]], str]
"""What stands for the vendor's id of a message."""


class Ids:
    """Real ids and what stands for them. `root` is the token of the conversation."""

    def __init__(self, root: str, events: Iterable[Event[Any]], token: Token) -> None:
        self._root, self._token = root, token
        self._new: dict[UUID, UUID] = {}
        self._strange = 0
        for event in events:
            self._new[event.id] = self._derived(event)
            self._new[uuid5(event.id, "booking")] = uuid5(self._new[event.id], "booking")

    def _derived(self, event: Event[Any]) -> UUID:
        if isinstance(event.data, MessageReceived):
            return inbound_id(event.tenantid, event.data.channel, self._token(event))
        cause = event.causationid
        places = range(MOST_CAUSED) if cause in self._new else ()
        n = next((n for n in places if cause and derived_id(cause, n) == event.id), None)
        return self.of(event.id) if n is None or cause is None else derived_id(self._new[cause], n)

    def of(self, real: UUID) -> UUID:
        """What stands for an id; one that comes from elsewhere is numbered."""
        if real not in self._new:
            self._strange += 1
            self._new[real] = uuid5(NAMESPACE, f"golden/{self._root}/{self._strange}")
        return self._new[real]

    def within(self, text: str) -> str:
        """The text with all ids in it replaced."""
        return UUIDS.sub(lambda match: str(self.of(UUID(match[0]))), text)
