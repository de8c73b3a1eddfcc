"""A message as one language reads it: abbreviations written out, slips repaired."""

import re
from collections.abc import Collection

from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import Language
from conversation.domain.understanding.spelling import Speller


def read_as(text: str, language: Language, keep: Collection[str], names: Speller) -> str:
    """Normalised `text` in plain words of `language`.

    Words in `keep` (those of other languages) stand as they are, and so do words close to one of
    the tenant's own `names`.
    """
    lexicon = lexicon_of(language)

    def plain(match: re.Match[str]) -> str:
        word = match[0]
        if word in lexicon.abbreviations:
            return lexicon.abbreviations[word]
        if word in lexicon.word_set or word in keep or names.knows(names.repair(word)):
            return word
        return lexicon.speller.repair(word)

    return re.sub(r"(?<!\w)[^\W\d_]+", plain, text)
