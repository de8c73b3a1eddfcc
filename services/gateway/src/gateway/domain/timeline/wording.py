"""Each event in plain words, for whoever reads a timeline."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Final

from contracts.model import Data
from gateway.domain.timeline.ai_words import OF_AI
from gateway.domain.timeline.entry import Entry
from gateway.domain.timeline.operation_words import OF_OPERATIONS
from gateway.domain.timeline.sending_words import OF_SENDING
from gateway.domain.timeline.talk_words import OF_TALK
from gateway.domain.timeline.told import Told

_WORDS: Final[Mapping[type[Data], Callable[[Any, tzinfo], Told]]] = {
    **OF_TALK,
    **OF_AI,
    **OF_SENDING,
    **OF_OPERATIONS,
}


def worded(entry: Entry, zone: tzinfo) -> Told:
    """What the event says; moments in `zone`."""
    if entry.data is None:
        return Told("this cannot be read as an event of its type", "bad")
    return _WORDS[type(entry.data)](entry.data, zone)
