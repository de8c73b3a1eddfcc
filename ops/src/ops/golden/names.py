"""Whose names a conversation holds: told by fields, by our replies, or by what customers write."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from contracts.bookings import BookingRequested
from contracts.customers import ConsentGiven, ConsentWithdrawn, HandoverRequested
from contracts.envelope import Event
from contracts.messages import MessageReceived, MessageSendRequested
from contracts.tenants import Language, TenantConfig
from conversation.domain import dialogue
from conversation.domain.hearing import vocabulary
from conversation.domain.state import Conversation
from conversation.domain.understanding import understand
from conversation.domain.understanding.text import fold
from conversation.messages import MESSAGES
from ops.golden.cast import people
from ops.golden.vocabulary import WORD, Words
from ops.replay.history import History

_NAMED: Final = (MessageReceived, BookingRequested, ConsentGiven, ConsentWithdrawn, HandoverRequested)
_TELLING: Final = ("nice_to_meet", "name_noted")
"""The replies that say the customer's name."""


def names_in(history: History, words: Words) -> tuple[str, ...]:
    """All names as they are written, each once."""
    read = (name for names in names_read(history).values() for name in names)
    told = (*_of_fields(history), *_of_replies(history), *read)
    found = (*told, *_written(history, words, told))
    return tuple(dict.fromkeys(name for name in found if WORD.search(name)))


def names_read(history: History) -> dict[UUID, tuple[str, ...]]:
    """What the rules take for a name in each message: "mi chiamo …", or the answer to the question for it."""
    found: dict[UUID, tuple[str, ...]] = {}
    conversation: Conversation | None = None
    for event in history.handled:
        config = history.config_at(event.id)
        before = conversation.name if conversation else None
        try:
            conversation = dialogue.decide(conversation, event, config, event.time).conversation
        except Exception:  # the replay afterwards tells what is wrong with it
            break
        learnt = (conversation.name,) if conversation.name != before else ()
        found[event.id] = tuple(name for name in (*learnt, _introduced(event, config)) if name)
    return found


def _introduced(event: Event[Any], config: TenantConfig) -> str | None:
    if not isinstance(event.data, MessageReceived):
        return None
    now = event.time.astimezone(config.zone)
    text, known = event.data.personal.text, vocabulary(config)
    return understand(text, now=now, vocabulary=known, languages=config.languages).name


def _of_fields(history: History) -> Iterator[str]:
    for event in history.events:
        if isinstance(event.data, _NAMED) and event.data.personal.name:
            yield event.data.personal.name


def _of_replies(history: History) -> Iterator[str]:
    for event in history.events:
        if isinstance(event.data, MessageSendRequested):
            for pattern in _reply_patterns(event.data.language):
                yield from pattern.findall(event.data.personal.text)


@lru_cache(maxsize=8)
def _reply_patterns(language: Language) -> tuple[re.Pattern[str], ...]:
    templates = (MESSAGES[language][key].partition("{name}") for key in _TELLING)
    return tuple(re.compile(f"{re.escape(head)}(.+?){re.escape(tail[:1])}") for head, _, tail in templates)


def _written(history: History, words: Words, known: Iterable[str]) -> Iterator[str]:
    """Well-known first names in what the customer writes, for whomever, and `known` ones with a surname."""
    alone = _first_names() - words.business - words.common
    before_a_surname = alone.union(fold(word) for name in known for word in WORD.findall(name))
    for event in history.events:
        if isinstance(event.data, MessageReceived):
            for word, following in _PAIR.findall(event.data.personal.text):
                if fold(word) in before_a_surname and word.istitle() and _is_surname(following, words):
                    yield f"{word} {following}"
                elif fold(word) in alone:
                    yield word


_PAIR: Final = re.compile(r"([^\W\d_]+)(?=[ \t]+([^\W\d_]+)|)")
"""Each word with the one that follows it in the same breath."""


def _is_surname(word: str, words: Words) -> bool:
    return word.istitle() and len(word) > 2 and fold(word) not in words.business | words.common


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    pools = people().values()
    return frozenset(fold(name) for pool in pools for part in ("woman", "man") for name in pool[part])
