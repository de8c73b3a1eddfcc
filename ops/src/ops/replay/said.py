"""What was said and done in one turn, and where two accounts of the same turn differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from contracts.catalogue import asked_by, type_of
from contracts.completions import CompletionJudged, CompletionRequested
from contracts.decisions import TurnDecided, Understood
from contracts.messages import MessageSendRequested, Option
from contracts.model import Data

ASKS_OTHERS: Final = asked_by("conversation")
"""The requests of the conversation that another service answers."""

LABELS: Final = frozenset({"prompt_version", "cache_key"})
"""What a question to an AI is called by; the AI reads none of it."""

What = Literal[
    "messages", "text", "options", "intents", "named", "requests", "answered", "purpose", "tokens", "prompt"
]


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked of another service, or told to it, as JSON."""

    type: str
    content: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.type.rsplit('.', 1)[0]} {_words(self.content)}".rstrip()


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: messages with the options they offered, requests, what was understood, and what followed.

    `purposes` says of each message why it was written. What an AI was told word for word is no part of a
    request here: it shows in the AI's answer.
    """

    texts: tuple[str, ...] = ()
    options: tuple[tuple[Option, ...], ...] = ()
    purposes: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    understood: tuple[Understood, ...] = ()
    answered: str = "nothing"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was, in words."""

    what: What
    then: str
    now: str


def said_in(facts: Iterable[Data]) -> Said:
    """What one turn published, its TurnDecided among it.

    The judgement of an AI's answer is an account of the turn as well, which older records lack: left out.
    """
    facts = tuple(one for one in facts if not isinstance(one, CompletionJudged))
    sent = [one for one in facts if isinstance(one, MessageSendRequested)]
    decided = next((one for one in facts if isinstance(one, TurnDecided)), None)
    return Said(
        texts=tuple(one.personal.text for one in sent),
        options=tuple(one.personal.options for one in sent),
        purposes=tuple(one.purpose for one in sent),
        requests=tuple(_request(one) for one in facts if one is not decided and one not in sent),
        understood=decided.understood if decided else (),
        answered=decided.answered if decided else "nothing",
        reason=decided.reason if decided else "",
    )  # fmt: skip


def _request(fact: Data) -> Request:
    unseen = {"personal", *LABELS} if isinstance(fact, CompletionRequested) else set()
    return Request(type_of(fact), fact.model_dump(mode="json", exclude_none=True, exclude=unseen))


def differences(then: Said, now: Said) -> tuple[Difference, ...]:
    """Where they differ; empty if a customer, the other services and a reader of the record see the same."""
    if then == now:
        return ()
    return tuple(_differences(then, now))


def _differences(then: Said, now: Said) -> Iterator[Difference]:
    if len(then.texts) != len(now.texts):
        yield Difference("messages", str(len(then.texts)), str(len(now.texts)))
    yield from _differing("text", "\n".join(then.texts), "\n".join(now.texts))
    yield from _differing("options", _offered(then), _offered(now))
    yield from _differing("purpose", ", ".join(then.purposes), ", ".join(now.purposes))
    yield from _differing("intents", _intents(then), _intents(now))
    yield from _differing("named", _named(then), _named(now))
    yield from _differing("requests", _lines(then.requests), _lines(now.requests))
    yield from _differing("answered", _followed(then), _followed(now))


def _differing(what: What, then: str, now: str) -> Iterator[Difference]:
    if then != now:
        yield Difference(what, then, now)


def _offered(said: Said) -> str:
    return "; ".join(", ".join(f"{one.title} [{one.id}]" for one in options) for options in said.options)


def _intents(said: Said) -> str:
    return "; ".join(", ".join(one.intents) for one in said.understood)


def _named(said: Said) -> str:
    return "; ".join(_words(one.named) for one in said.understood)


def _followed(said: Said) -> str:
    return f"{said.answered} ({said.reason})" if said.reason else said.answered


def _lines(requests: tuple[Request, ...]) -> str:
    return "\n".join(map(str, requests))


def _words(content: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in content.items())
