"""Whether a message is in a language that we do not speak."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import yaml

from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import Language
from conversation.domain.understanding.text import normalise, without_accents, words


def is_foreign(text: str, languages: Sequence[Language]) -> bool:
    """True if most of `text` belongs to none of `languages` but to another one that we know of."""
    if _other_script(text):
        return True
    said = words(normalise(text))
    own = [word for word in said if any(word in lexicon_of(each).own_words for each in languages)]
    theirs = max((sum(w in known and w not in own for w in said) for known in _foreign()), default=0)
    return theirs > len(own) and (theirs >= 2 or theirs == len(said))


def _other_script(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return sum("LATIN" in unicodedata.name(char, "") for char in letters) * 2 < len(letters)


@lru_cache(maxsize=1)
def _foreign() -> tuple[frozenset[str], ...]:
    source = files("conversation").joinpath("languages", "foreign.yaml").read_text("utf-8")
    return tuple(frozenset(without_accents(each).split()) for each in yaml.safe_load(source).values())
