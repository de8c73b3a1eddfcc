"""The cast of a fixture: who and what stands for the people and numbers of the real conversation.

A token reads like what it stands for, so that it is understood like it. Numbers are counted in the order of
appearance; names are drawn by a keyed hash. The key is made of what never enters a fixture, so nobody can
turn a name back by trying.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import chain, count
from typing import Final, Literal

import yaml

from contracts.messages import Channel
from contracts.tenants import Language
from conversation.domain.understanding.text import fold
from ops.golden.patterns import Kind
from ops.golden.vocabulary import squeezed

Part = Literal["woman", "man", "surname"]
People = dict[Language, dict[Part, list[str]]]

_MOST_DIGITS_AT_HOME: Final = 10

SHOWN: Final[dict[Kind, Callable[[int], str]]] = {
    "e-mail address": "guest-{}@example.org".format,
    "link": "https://example.org/{}".format,
    "handle": "@guest_{}".format,
    "card number": "4000 0000 0000 {:04}".format,
    "bank account": "IT00X00000000000000000{:05}".format,
    "fiscal code": "GSTGST00A01Z{:03}X".format,
    "code": "CODE{:04}".format,
    "message id": "message-{}".format,
    "file": "file-{}".format,
    "account": "account-{}".format,
}
"""How the n-th of a kind is written."""

STREETS: Final[dict[Language, str]] = {
    "it": "Via dei Tigli {}", "en": "{} Linden Street", "fr": "{} rue des Tilleuls",
}  # fmt: skip
"""Numbered from 101: read alone, such a number is no hour and no day."""

ADDRESSES: Final[dict[Channel, Callable[[int], str]]] = {
    Channel.WHATSAPP: "39333000{:04}".format,
    Channel.TELEGRAM: "7000{:05}".format,
    Channel.WEBCHAT: "session-{}".format,
}


@lru_cache(maxsize=1)
def people() -> People:
    """The invented people, by language."""
    read: People = yaml.safe_load(files("ops.golden").joinpath("people.yaml").read_text("utf-8"))
    return read


class Cast:
    """Gives out tokens: the same for the same, never one that is itself in `real`, squeezed texts."""

    def __init__(self, key: bytes, language: Language, real: Collection[str]) -> None:
        self._key, self._language, self._real = key, language, real
        self._tokens: dict[tuple[str, str], str] = {}
        self._counted: Counter[str] = Counter()
        self._given: dict[str, Part] = {}

    @property
    def counts(self) -> Counter[str]:
        """How many different ones of each kind stand in."""
        return Counter(kind for kind, _ in self._tokens)

    def token(self, kind: Kind, original: str) -> str:
        """What stands for something that is known by its shape."""
        if kind == "phone number":
            return self._phone(original)
        if kind == "street address":
            street = STREETS[self._language]
            return self._once(kind, squeezed(original), lambda n: street.format(100 + n))
        return self._once(kind, original, SHOWN[kind])

    def address(self, channel: Channel, original: str) -> str:
        """Where the customer is reached; a phone number is the same one as in texts."""
        if channel is Channel.WHATSAPP:
            return self._home_number(original, abroad=True)
        return self._once("channel address", f"{channel}/{original}", ADDRESSES[channel])

    def _phone(self, original: str) -> str:
        spoken = original.strip()
        if abroad := spoken.startswith(("+", "00")):
            lead = "+39 " if spoken.startswith("+") else "0039 "
        else:
            lead, abroad = "", sum(map(str.isdigit, spoken)) > _MOST_DIGITS_AT_HOME
        digits = self._home_number(spoken, abroad=abroad)
        if spoken.isdigit() and not lead:
            return digits
        return f"{lead or ('39 ' if abroad else '')}{digits[-10:-7]} {digits[-7:-4]} {digits[-4:]}"

    def _home_number(self, original: str, *, abroad: bool) -> str:
        """One number however it is written: told by its last nine digits."""
        digits = "".join(filter(str.isdigit, original)) or original
        whole = self._once("phone number", digits[-9:], ADDRESSES[Channel.WHATSAPP])
        return whole if abroad else whole[2:]

    def _once(self, kind: str, original: str, shown: Callable[[int], str]) -> str:
        if (kind, original) not in self._tokens:
            self._tokens[kind, original] = next(self._fresh(kind, shown))
        return self._tokens[kind, original]

    def _fresh(self, kind: str, shown: Callable[[int], str]) -> Iterator[str]:
        while True:
            self._counted[kind] += 1
            token = shown(self._counted[kind])
            told = squeezed(token)[-9:] if kind == "phone number" else squeezed(token)
            if not any(told in one for one in self._real):
                yield token

    def name(self, word: str, *, surname: bool) -> str:
        """Who stands for one word of a name, written with small or capital letters as that one is."""
        token = self._tokens.get(("name", fold(word)))
        if token is None:
            part: Part = "surname" if surname else _kind_of(word, self._language)
            token = self._tokens["name", fold(word)] = next(self._free(fold(word), part))
        if word.isupper() and len(word) > 1:
            return token.upper()
        return token.lower() if word.islower() else token

    def _free(self, folded: str, part: Part) -> Iterator[str]:
        pool = people()[self._language][part]
        digest = hashlib.blake2b(folded.encode(), key=self._key, digest_size=8).digest()
        start = int.from_bytes(digest) % len(pool)
        rounds = ((f"{one}{'son' * n}" for one in pool[start:] + pool[:start]) for n in count())
        taken = set(self._tokens.values())
        for one in chain.from_iterable(rounds):
            if one not in taken and not any(squeezed(one) in text for text in self._real):
                yield one


_OF_WOMEN: Final[dict[Language, tuple[str, ...]]] = {
    "it": ("a",), "en": ("a", "ah", "ie", "ne", "ce"), "fr": ("a", "e", "ie"),
}  # fmt: skip
"""How women's names mostly end."""


def _kind_of(word: str, language: Language) -> Part:
    folded = fold(word)
    for known in people().values():
        for part in ("woman", "man"):
            if folded in map(fold, known[part]):
                return part
    return "woman" if folded.endswith(_OF_WOMEN[language]) else "man"
