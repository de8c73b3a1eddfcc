"""What a message says beside its courtesies: "hi, do you ship to Delhi?" is more than a greeting."""

import re
from functools import lru_cache

from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import Intent, Language
from conversation.domain.understanding.patterns import bounded, templates_of
from conversation.domain.understanding.text import words

SUBSTANCE = 3  # words that mean something; in a question one is enough
SHORTEST = 3  # letters


def asks_or_tells(said: str, language: Language, *, asks: bool) -> bool:
    """Whether normalised `said` holds a question or a sentence once its greetings and thanks are left out.

    "Can we speak English?" is a greeting of its own, with nothing left to answer.
    """
    lexicon = lexicon_of(language)
    if _cues(language, lexicon.intents[Intent.GREET].strong).search(said):
        return False
    courtesies = (*lexicon.intents[Intent.GREET].lead, *lexicon.intents[Intent.THANKS].strong)
    rest = words(_cues(language, courtesies).sub(" ", said))
    content = [word for word in rest if len(word) >= SHORTEST and word not in lexicon.fillers]
    return len(content) >= (1 if asks else SUBSTANCE)


@lru_cache(maxsize=16)
def _cues(language: Language, cues: tuple[str, ...]) -> re.Pattern[str]:
    expand = templates_of(language).expand
    return bounded("|".join(expand(cue) for cue in sorted(cues, key=len, reverse=True)))
