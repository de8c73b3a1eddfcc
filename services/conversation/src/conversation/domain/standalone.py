"""Questions that stand for themselves: whoever asks the same of the same facts on the same day may be
given the same answer. Words lie in standalone.yaml."""

import json
import re
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

import yaml

from contracts.ai import Purpose
from contracts.tenants import Language, TenantConfig
from conversation.domain.guard.vocabulary import content_of
from conversation.domain.prompts import chosen
from conversation.domain.state import Conversation
from conversation.domain.turn import Scene
from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.text import fold, normalise, words

LONGEST_QUESTION: Final = 300  # characters; a longer one tells a story
_OTHER_SIGNS: Final = re.compile(r"[\d@#/\\€$£%+*_<>{}\[\]=|]")
_NAME: Final = re.compile(r"(?<=[^.!?…\n:] )[A-ZÀ-Ý][a-zà-ÿ]+")
"""A capital letter inside a sentence."""


def cache_key(conversation: Conversation, scene: Scene, purpose: Purpose = "answer") -> str | None:
    """The same for the same question, words of the prompt, facts and local day; None if it hangs on more."""
    question = _question(conversation, scene.config)
    if question is None:
        return None
    midnight = scene.now.replace(hour=0, minute=0, second=0, microsecond=0)
    told = chosen(replace(scene, now=midnight), conversation.id, purpose)
    parts = (
        purpose,
        scene.phrases.language,
        told.version,
        told.instructions,
        midnight.date().isoformat(),
        question,
    )
    return sha256(json.dumps(parts).encode()).hexdigest()


def _question(conversation: Conversation, config: TenantConfig) -> str | None:
    """What is asked, in one form for all ways to write it; None unless it stands for itself."""
    said = [turn.text for turn in conversation.turns if turn.role == "customer"]
    tools = any(turn.role == "tool" for turn in conversation.turns)
    if not said or tools or conversation.draft or conversation.waiting or conversation.topic:
        return None
    *before, text = said
    if any(_bare(earlier) for earlier in before) or len(text) > LONGEST_QUESTION or _OTHER_SIGNS.search(text):
        return None
    asked = _bare(text)
    if not asked or asked[0] in _words()["leading"] or _hangs_on_more(asked, config):
        return None
    return None if _names_somebody(text, conversation, config) else " ".join(asked)


def _bare(text: str) -> list[str]:
    """The words without greetings and courtesies around them."""
    around = _words()["greetings"] | _words()["courtesies"]
    found = words(normalise(text))
    while found and found[0] in around:
        found.pop(0)
    while found and found[-1] in around:
        found.pop()
    return found


def _hangs_on_more(asked: list[str], config: TenantConfig) -> bool:
    """On the moment, on something said before, or on who asks."""
    moments = {word for one in config.languages for phrase in _moments(one) for word in words(phrase)}
    excluded = _words()["moments"] | _words()["leaning"] | _words()["personal"] | moments
    return not excluded.isdisjoint(asked)


def _moments(language: Language) -> list[str]:
    lexicon = lexicon_of(language)
    return [word for word in (*lexicon.relative_days, *lexicon.day_and_part) if " " not in word]


def _names_somebody(text: str, conversation: Conversation, config: TenantConfig) -> bool:
    """A person's name: the customer's, or any word with a capital that the business does not use itself."""
    called = (conversation.name, conversation.contact.name if conversation.contact else None)
    own = {word for name in called if name for word in content_of(fold(name))}
    known = _known_words(config.model_dump_json())
    capitals = {fold(match) for match in _NAME.findall(text)}
    return not own.isdisjoint(words(fold(text))) or bool(capitals - known)


@lru_cache(maxsize=64)
def _known_words(config: str) -> frozenset[str]:
    return content_of(fold(config))


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    read = yaml.safe_load(files("conversation.domain").joinpath("standalone.yaml").read_text("utf-8"))
    return {kind: frozenset(each.split()) for kind, each in read.items()}
