"""What no answer to a customer looks like: markup, code, another speaker, our instructions, a book."""

import re
from functools import lru_cache
from typing import Final

from contracts.tenants import Language
from conversation.domain.guard.plain import Sentence, words_in, written
from conversation.domain.guard.wording import wording_of

LONGEST: Final = 1200  # characters
REPEATED: Final = 7
"""Words in a row that an answer may share with the rules it was given, less one."""

_MARKUP: Final = re.compile(
    r"</?[a-zA-Z!][^<>]*>|```|~~~|\]\(|<\||\|>|\[/?INST\]|\{\s*[\"'}]|\{\{|&#?\w+;|^#{1,6} |^\s*\|.*\|\s*$",
    re.MULTILINE,
)
_SPEAKER: Final = re.compile(
    r"(?:^|\n|[\[(*#])\s*(?:system|assistant|developer|tool|user|customer|human|ai|bot|admin|root"
    r"|sistema|assistente|utente|cliente|systeme|utilisateur|client)"
    r"\s*(?:message|prompt|output|result)?\s*[\])*]*\s*:"
)
_CODE: Final = re.compile(
    r"tool_calls?|function_call|\b\w+_\w+\s*\(|\bimport \w+|\bdef \w+|\bselect .+ from\b|=>|\bfunction\s*\("
)
_SECRET: Final = re.compile(
    r"\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-zA-Z])[\w+/=-]{20,}|\b(?:sk|pk|key|eyJ)[-_][\w-]{6,}|\b[A-Za-z0-9+/]{28,}={0,2}"
)


def fault_in_form(answer: str, rules: str, repeatable: str) -> str:
    """Why this is no answer to a customer, in a word; empty if it is one.

    `repeatable`: the part of the rules that it may say.
    """
    if len(answer) > LONGEST:
        return "length"
    folded = written(answer)
    if _MARKUP.search(answer) or _SPEAKER.search(folded) or _CODE.search(folded):
        return "markup"
    if _SECRET.search(answer):
        return "secret"
    secret = _told(rules) - _told(repeatable)
    return "instructions" if _runs(words_in(folded)) & secret else ""


@lru_cache(maxsize=64)
def _told(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_runs(words_in(written(text))))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[n : n + REPEATED]) for n in range(len(words) - REPEATED + 1)}


def speaks_of_instructions(sentences: tuple[Sentence, ...], language: Language) -> bool:
    """Whether it tells what it was told, or of other people's affairs; to refuse that is fine."""
    wording = wording_of(language)
    clauses = (clause.text for one in sentences for clause in one.clauses)
    found = ((text, wording.instructions.search(text)) for text in clauses)
    return any(match and not wording.denying.search(text[: match.start()]) for text, match in found)
