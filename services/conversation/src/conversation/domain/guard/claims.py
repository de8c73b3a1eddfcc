"""Statements about the business, each word of which something must hold."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from contracts.tenants import Language
from conversation.domain.guard.days import weekdays_in
from conversation.domain.guard.figures import figures_in
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.plain import Clause, Sentence, words_in
from conversation.domain.guard.vocabulary import SHORTEST
from conversation.domain.guard.wording import Wording, wording_of

STRANGE: Final = 2
NAMED: Final = 3
FORMS: Final = 1
"""How much a strange word weighs; a name more, a form that verbs and adverbs have less."""
MOST_OF_OURS: Final = 1
MOST_ELSE: Final = 2
"""What a clause may weigh: one that says what we have or do, any other."""


class _Said(NamedTuple):
    """A statement; `ours`: it says what we have or do; `names`: words with a capital inside a sentence."""

    text: str
    names: frozenset[str]
    ours: bool


def groundless(
    sentences: tuple[Sentence, ...], language: Language, grounds: Grounds, names: frozenset[str]
) -> bool:
    """Whether some statement says what neither harmless words nor the business's own can say.

    The customer's words may be taken up, but in no clause that says what we have or do.
    `names`: words that the answer writes with a capital inside a sentence.
    """
    wording = wording_of(language)
    agreed = False
    for sentence in sentences:
        agreed = agreed or bool(wording.agrees.match(sentence.text))
        for clause in stated(sentence, wording):
            advice = bool(wording.advises.match(clause.text))
            ours = not advice and (agreed or _ours(clause.text, language, wording))
            said = _Said(_supposed(clause.text, wording), names, ours)
            if _weight(said, wording, grounds) > _most(said, wording, grounds):
                return True
        agreed = agreed and len(words_in(sentence.text)) == 1
    return False


def _ours(text: str, language: Language, wording: Wording) -> bool:
    """Whether it says what we have, do or give: also who or what there is at some time."""
    return bool(wording.ours.search(text) or weekdays_in(text, language) or figures_in(text))


def stated(sentence: Sentence, wording: Wording) -> Iterator[Clause]:
    """The clauses that say what is so: no denial, no doubt, no question."""
    asking = sentence.asks and bool(wording.asking.search(sentence.text))
    if sentence.asks and not asking:
        return
    for clause in sentence.clauses:
        if asking and wording.asking.search(clause.text):
            return
        if not (clause.denied or clause.open):
            yield clause


def _supposed(text: str, wording: Wording) -> str:
    """Without what is only supposed: "if you have …"."""
    match = wording.supposing.search(text)
    return text[: match.start()] if match else text


def _most(said: _Said, wording: Wording, grounds: Grounds) -> int:
    """What it may weigh: least if it tells what we have or do, or of a thing of ours, and is no advice."""
    if wording.advises.match(said.text):
        return MOST_ELSE
    content = [word for word in _content(said.text) if not wording.harmless(word)]
    about_us = any(each.knows(word) for word in content for each in (grounds.vocabulary, grounds.echo))
    return MOST_OF_OURS if said.ours or about_us else MOST_ELSE


def _weight(said: _Said, wording: Wording, grounds: Grounds) -> int:
    """Of the words that nothing holds."""
    own = (grounds.vocabulary, grounds.called)
    holding = own if said.ours else (*own, grounds.echo)
    words = (word for word in _content(said.text) if not wording.harmless(word, name=word in said.names))
    strange = [word for word in words if not any(each.knows(word) for each in holding)]
    return sum(
        NAMED if word in said.names else FORMS if wording.light_forms.fullmatch(word) else STRANGE
        for word in strange
    )


def _content(text: str) -> list[str]:
    return [word for word in words_in(text) if len(word) >= SHORTEST]
