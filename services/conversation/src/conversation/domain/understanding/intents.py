"""What the customer wants, from the cue phrases of a language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from conversation.domain.understanding.lexicon import Cues, lexicon_of
from conversation.domain.understanding.model import Intent, Language, Slot
from conversation.domain.understanding.patterns import bounded, templates_of
from conversation.domain.understanding.text import CLAUSE_BREAK

Scored = tuple[Intent, float]
WHOLE, STRONG, LEAD, WEAK = 0.97, 0.95, 0.9, 0.6

# Which of several intents of one strength the message is about: a wish before a question before a
# courtesy ("Ciao, quanto costa il taglio? Grazie" asks for a price).
PRECEDENCE = (
    Intent.STOP,
    Intent.START,
    Intent.CANCEL,
    Intent.MOVE,
    Intent.HUMAN,
    Intent.MY_BOOKINGS,
    Intent.BOOK,
    Intent.PRICES,
    Intent.HOURS,
    Intent.ADDRESS,
    Intent.AVAILABILITY,
    Intent.SERVICES,
    Intent.OFFERS,
    Intent.SOONEST,
    Intent.EARLIER,
    Intent.LATER,
    Intent.ANYONE,
    Intent.ALL,
    Intent.DROP,
    Intent.DENY,
    Intent.BYE,
    Intent.THANKS,
    Intent.AFFIRM,
    Intent.HELP,
    Intent.GREET,
)
WISHES = frozenset((Intent.BOOK, Intent.MOVE, Intent.CANCEL))
COURTESIES = frozenset(
    (Intent.DENY, Intent.THANKS, Intent.AFFIRM, Intent.BYE, Intent.GREET, Intent.HELP, Intent.DROP)
)
# Of a wish said elsewhere.
DETAILS = frozenset((Intent.SOONEST, Intent.EARLIER, Intent.LATER, Intent.ANYONE, Intent.ALL))
COMMANDS = {"/start": Intent.GREET, "/stop": Intent.STOP, "/help": Intent.HELP}


@dataclass(frozen=True)
class _Patterns:
    strong: re.Pattern[str] | None
    weak: re.Pattern[str] | None
    lead: re.Pattern[str] | None
    whole: re.Pattern[str] | None


@lru_cache(maxsize=8)
def _patterns(language: Language) -> tuple[dict[Intent, _Patterns], re.Pattern[str]]:
    lexicon, expand = lexicon_of(language), templates_of(language).expand

    def union(templates: Sequence[str], start: str = "") -> re.Pattern[str] | None:
        if not templates:
            return None
        longest_first = sorted(templates, key=len, reverse=True)
        return bounded(start + "(?:" + "|".join(expand(t) for t in longest_first) + ")")

    def compile_cues(cues: Cues) -> _Patterns:
        lead = union(cues.lead, r"(?:(?<=^)|(?<=\| ))")
        return _Patterns(union(cues.strong), union(cues.weak), lead, union(cues.whole))

    unwanted = re.compile(rf"(?<!\w)(?:{'|'.join(map(expand, lexicon.unwanted))}) $")
    return {intent: compile_cues(cues) for intent, cues in lexicon.intents.items()}, unwanted


def find_intents(text: str, language: Language, slot: Slot, *, asks: bool) -> tuple[Scored, ...]:
    """All intents of the message, strongest first, with the strength of their evidence (0 to 1).

    `asks`: it ends with a question mark, which a cue for whole messages may insist on.
    """
    patterns, unwanted = _patterns(language)
    found = {
        intent: score
        for intent, cues in patterns.items()
        if (score := _score(text, cues, unwanted if intent in WISHES else None, asks=asks))
    }
    return tuple(sorted(found.items(), key=lambda scored: _rank(scored, slot)))


def _rank(scored: Scored, slot: Slot) -> tuple[bool, float, int]:
    intent, score = scored
    precedence = PRECEDENCE.index(intent)
    if intent is Intent.AFFIRM and slot in ("confirm", "choice"):
        precedence = PRECEDENCE.index(Intent.DENY)  # "ok grazie" answers the question
    courtesy = intent in COURTESIES and not (intent is Intent.HELP and score == WHOLE)
    return courtesy, -score if not courtesy else 0.0, precedence


def _score(text: str, cues: _Patterns, unwanted: re.Pattern[str] | None, *, asks: bool) -> float:
    plain = text.replace(f"{CLAUSE_BREAK} ", "")
    whole = cues.whole and (cues.whole.fullmatch(plain) or (asks and cues.whole.fullmatch(f"{plain} ?")))
    if whole:
        return WHOLE
    for pattern, score in ((cues.strong, STRONG), (cues.lead, LEAD), (cues.weak, WEAK)):
        if pattern and _wanted(pattern, text, unwanted):
            return score
    return 0.0


def _wanted(pattern: re.Pattern[str], text: str, unwanted: re.Pattern[str] | None) -> bool:
    return any(
        unwanted is None or not unwanted.search(text[: match.start()]) for match in pattern.finditer(text)
    )


def command(text: str) -> Intent | None:
    """A messenger's slash command ("/start" opens the chat), with or without its argument."""
    first = text.strip().lower().split(maxsplit=1)[:1]
    return COMMANDS.get(first[0].split("@")[0]) if first else None
