"""What the stand-ins say: a line of the facts that they were given, else that a colleague will look into it.

Deterministic, and nothing is ever added to a fact: no price, no time, no promise. Pure.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from ops.sandbox.ai.fitting import fitting
from ops.sandbox.ai.question import Offer, Question, Reply, Use

UNFIT: Final[dict[str, Any]] = {"unexpected": True}
"""What fits no schema that requires anything."""

COLLEAGUE: Final = {
    "it": "Un collega se ne occuperà.",
    "en": "A colleague will look into it.",
    "fr": "Un collègue va s'en occuper.",
}
"""What is said when no fact answers."""

_LANGUAGE = re.compile(r"language\W.{0,40}?\W(it|en|fr|italian|english|french)\b", re.I | re.S)
_TAGGED = re.compile(r"<facts[^>]*>(.*?)</facts>", re.I | re.S)
_HEADED = re.compile(r"^\W*facts\b[^\n]*:\**\s*$(.*)", re.I | re.S | re.M)
_QUESTION = re.compile(r"[a-zà-ÿ](?:I |[^A-ZÀ-Þ\d.!])*?\s(?=(?!I\b)[A-ZÀ-Þ\d])")
_WORD = re.compile(r"\w+")
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        """about anche avec avete avez avoir ciao come could dans della delle does have hello mais merci miei
        nella please posso pour pouvez prego quale quali quanto quel quelle salve sono that there they this
        tutti vorrei vous what which will with would your""",
    )
)
"""Words that say nothing about what is asked, in three languages."""


def reply(question: Question) -> Reply:
    """The whole answer, cut where it is longer than it may be."""
    offer = _wanted(question)
    if offer:
        arguments = fitting(offer.schema, asked(question))
        return Reply("", (Use(offer.name, arguments if isinstance(arguments, dict) else {}),), "tools")
    return _cut(_written(question, spoken(question)), question.max_tokens)


def spoken(question: Question) -> str:
    """The answer in words."""
    found = best_line(asked(question), facts(question.instructions))
    return found or COLLEAGUE[language(question.instructions)]


def asked(question: Question) -> str:
    """What the customer said last."""
    return next((turn.text for turn in reversed(question.turns) if turn.role == "user"), "")


def language(instructions: str) -> str:
    """The code of the language that the instructions ask for; English if they do not."""
    found = _LANGUAGE.search(instructions)
    return found[1].lower()[:2] if found else "en"


def facts(instructions: str) -> list[str]:
    """The lines that the instructions call facts."""
    found = _TAGGED.search(instructions) or _HEADED.search(instructions)
    lines = found[1].splitlines() if found else []
    return [line.strip().lstrip("-*• ").strip() for line in lines if line.strip()]


def best_line(asked: str, lines: Iterable[str]) -> str | None:
    """The line that has most words in common with what was asked; of equals the first. None: too few."""
    wanted = _stems(asked)
    scored = [(len(wanted & _stems(line)), line) for line in lines]
    most, line = max(scored, key=lambda one: one[0], default=(0, ""))
    return _answer(line) if most and 3 * most >= len(wanted) else None


def _answer(line: str) -> str:
    """A fact without the question that stands before it in small letters."""
    question = _QUESTION.match(line)
    return line[question.end() :] if question else line


def _wanted(question: Question) -> Offer | None:
    """The tool that must be used, or the first that the customer asks for by the words of its name."""
    if question.last.role == "tool":
        return None
    if question.forced is not None:
        return next((one for one in question.offers if question.forced in ("", one.name)), None)
    words = _stems(asked(question))
    named = ((one, _stems(one.name.replace("_", " ").replace("-", " "))) for one in question.offers)
    return next((one for one, name in named if name and name <= words), None)


def _written(question: Question, text: str) -> str:
    if question.schema is not None:
        return json.dumps(fitting(question.schema, text), ensure_ascii=False)
    return json.dumps({"answer": text}, ensure_ascii=False) if question.json else text


def unfit(schema: dict[str, Any]) -> str:
    """JSON that is in order and does not fit the schema."""
    return json.dumps(UNFIT if "array" in str(schema.get("type")).lower() else ["unexpected"])


def _cut(text: str, most: int | None) -> Reply:
    room = len(text) if most is None else most * 4
    return Reply(text[:room], stop="end" if len(text) <= room else "length")


def _stems(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = _WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))
    return {word[:5] for word in words if len(word) > 3 and word not in _EMPTY}
