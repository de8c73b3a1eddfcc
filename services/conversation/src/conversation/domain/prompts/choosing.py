"""Which version one conversation is told. Pure: the same conversation always gets the same one."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, NamedTuple

from contracts.ai import Purpose
from contracts.prompts import PromptTexts, PurposePrompts
from conversation.domain.prompts.filling import filled
from conversation.domain.prompts.house import house
from conversation.domain.turn import Scene

_PARTS: Final = 10_000
_NOTHING_DECIDED: Final = PurposePrompts()


class Chosen(NamedTuple):
    """What an AI is told, and the version of the words."""

    instructions: str
    version: str


def chosen(scene: Scene, conversation_id: str, purpose: Purpose = "answer") -> Chosen:
    """The instructions for one conversation, filled in. There is a prompt of the house for `purpose`."""
    prompts, known = scene.config.prompts.get(purpose, _NOTHING_DECIDED), house()[purpose]
    version = version_for(prompts, purpose, conversation_id, known)
    text = prompts.versions(known)[version].in_(scene.phrases.language)
    return Chosen(filled(text, scene), version)


def version_for(
    prompts: PurposePrompts, purpose: Purpose, conversation_id: str, known: Mapping[str, PromptTexts]
) -> str:
    """The split's version for its part of the conversations, for the others the one in force.

    A larger part holds all conversations of a smaller one. A version that is neither the business's nor among
    those `known` of the house is never chosen.
    """
    split = prompts.split
    there = split and split.version in prompts.versions(known)
    if split and there and _part(purpose, conversation_id) < split.percent * _PARTS // 100:
        return split.version
    return prompts.in_force(known)


def _part(purpose: Purpose, conversation_id: str) -> int:
    """Where a conversation stands among all, from 0 to 9999."""
    digest = sha256(f"{purpose}/{conversation_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _PARTS
