"""Whether an AI's answer may be said: nothing in it that the facts do not hold."""

import re
from typing import Final

from contracts.tenants import Language
from conversation.domain.guard.amounts import wrong_figure
from conversation.domain.guard.claims import groundless
from conversation.domain.guard.contacts import contacts_in, known_contact, without_contacts
from conversation.domain.guard.form import fault_in_form, speaks_of_instructions
from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.opening import wrong_opening
from conversation.domain.guard.plain import Sentence, language_of, names_in, plain, sentences_of, visible
from conversation.domain.guard.promises import broken_promise

_ENUMERATED: Final = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_NUMBER: Final = re.compile(r"\d[\d.,' ]*\d|\d")


def fault_in(answer: str, grounds: Grounds) -> str:
    """What it names that nothing holds, in a word ("price", "service", "promise" …); empty if nothing."""
    seen = visible(answer)
    if fault := fault_in_form(seen, grounds.rules, grounds.facts_told):
        return fault
    if fault := next(
        (kind for kind, one in contacts_in(seen) if not known_contact(kind, one, grounds.raw)), ""
    ):
        return fault
    bare = _ENUMERATED.sub("", without_contacts(seen))
    language = language_of(bare, grounds.language)
    sentences = sentences_of(_without(grounds.business.places, plain(bare, language)), language)
    if speaks_of_instructions(sentences, language):
        return "instructions"
    if fault := _fault_in(sentences, language, grounds, frozenset(_NUMBER.findall(bare))):
        return fault
    return "service" if groundless(sentences, language, grounds, names_in(bare)) else ""


def _without(places: tuple[str, ...], text: str) -> str:
    """Where we are is told in numbers that are neither times nor amounts."""
    for place in places:
        text = text.replace(place, " ")
    return text


def _fault_in(
    sentences: tuple[Sentence, ...], language: Language, grounds: Grounds, digits: frozenset[str]
) -> str:
    if kind := wrong_figure(sentences, grounds, digits):
        return kind
    if wrong_opening(sentences, language, grounds):
        return "hours"
    return "promise" if broken_promise(sentences, language, grounds) else ""
