"""A conversation without its personal data: names, numbers, addresses and ids become stable tokens.

Times stay as they were, for decisions depend on them. Pure: the same conversation gives the same tokens.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contracts.envelope import Event, conversation_id
from contracts.events import EVENT_MODELS
from contracts.messages import MessageReceived, MessageSendRequested
from contracts.tenants import Channels, Language, TenantConfig
from ops.golden.cast import Cast
from ops.golden.ids import Ids
from ops.golden.masking import Masking
from ops.golden.names import names_in, names_read
from ops.golden.renaming import Renaming
from ops.golden.vocabulary import squeezed, strings, words_of
from ops.replay.history import History


class NothingSaid(ValueError):
    """A conversation in which no customer wrote, or that was not decided upon."""


@dataclass(frozen=True)
class Anonymised:
    """`counts` says how many different names, numbers … were replaced; `names` are the real ones."""

    history: History
    counts: Counter[str]
    names: tuple[str, ...]


def anonymise(history: History, also: Iterable[str] = ()) -> Anonymised:
    """The same conversation with nobody in it. `also` are names that no rule finds. Raises NothingSaid."""
    history = without_bystanders(history)
    opening = _opening(history)
    words = words_of(history.configs.values())
    names = tuple(dict.fromkeys((*also, *names_in(history, words))))
    cast = Cast(_key(history), _language(history), _real(history))
    address = cast.address(opening.data.channel, opening.data.personal.address)
    ids = Ids(
        address, history.events, lambda event: cast.token("message id", event.data.vendor_message_id)
    )  # fmt: skip
    masking = Masking(Renaming(names, words, cast), words, cast, ids)
    read = names_read(history)
    conversation = conversation_id(history.tenant, opening.data.channel, address)
    events = tuple(_masked(event, conversation, masking, read.get(event.id, ())) for event in history.events)
    configs = {version: public(config) for version, config in history.configs.items()}
    masked = History(history.tenant, conversation, events, configs, history.complete)
    return Anonymised(masked, cast.counts, names)


def without_bystanders(history: History) -> History:
    """Only what was handled, what was said because of it, and the configurations in force then."""
    events: list[Event[Any]] = []
    for handled in history.handled:
        events += [handled, *history.said(handled.id)]
    configs = {history.version_at(one.id): history.config_at(one.id) for one in history.handled}
    return History(history.tenant, history.conversation, tuple(events), configs, history.complete)


def public(config: TenantConfig) -> TenantConfig:
    """A configuration without accounts and secrets, which no decision looks at."""
    return config.model_copy(update={"channels": Channels()})


def _opening(history: History) -> Event[MessageReceived]:
    for event in history.handled:
        if isinstance(event.data, MessageReceived):
            return event
    raise NothingSaid("no customer's message in this conversation was decided upon")


def _language(history: History) -> Language:
    spoken = (one.data.language for one in history.events if isinstance(one.data, MessageSendRequested))
    config = history.config_at(history.handled[0].id)
    return next(spoken, config.languages[0])


def _key(history: History) -> bytes:
    """Made of the real ids, none of which enters the fixture."""
    ids = "/".join(str(event.id) for event in history.events)
    return hashlib.blake2b(f"{history.conversation}/{ids}".encode()).digest()


def _real(history: History) -> frozenset[str]:
    """All that is said anywhere, so that no token is something real."""
    bodies = [event.model_dump(mode="json")["data"] for event in history.events]
    bodies += [config.model_dump(mode="json") for config in history.configs.values()]
    return frozenset(squeezed(text) for body in bodies for text in strings(body))


def _masked(event: Event[Any], conversation: str, masking: Masking, read: tuple[str, ...]) -> Event[Any]:
    content = event.model_dump(mode="json", exclude={"traceparent", "takentime", "recordedtime", "subject"})
    content["data"] = masking.value("data", content["data"], None, read)
    for field in ("id", "causationid", "correlationid"):
        content[field] = masking.ids(content[field])
    return EVENT_MODELS[event.type].model_validate(content | {"partitionkey": conversation})
