"""What an AI is told before it speaks for a business. Its words lie in `conversation/prompts/`."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from babel.dates import format_date

from conversation.domain.answers import QUESTIONS, answers
from conversation.domain.reading import Reading
from conversation.domain.turn import Scene

PLACEHOLDERS: Final = {"answer.md": ("business", "kind", "persona", "language", "now", "facts")}
"""The prompts there are, and what each may name in braces."""


class UnfitPrompts(ValueError):
    """A folder of prompts that cannot be used. Says what to do."""


def instructions(scene: Scene) -> str:
    """Persona, rules and facts of the business, in the customer's language where there is a choice."""
    config, language = scene.config, scene.phrases.language
    known = answers(Reading("", language, intents=QUESTIONS), scene)
    facts = (f"{fact.questions[0]} {fact.answer.in_(language)}" for fact in config.facts if fact.questions)
    weekday = format_date(scene.now.date(), "EEEE", locale="en")  # strftime's follows the process's locale
    return _prompts["answer.md"].format(
        business=config.name, kind=config.kind, persona=config.persona or "", language=language,
        now=f"{weekday} {scene.now:%Y-%m-%d %H:%M %Z}", facts="\n".join((*known, *facts)),
    )  # fmt: skip


def use(folder: Path | None) -> None:
    """From now on the prompts of this process come from `folder` where it has them; None: Bellhop's own.

    Raises UnfitPrompts.
    """
    _prompts.update(_own() | (prompts_in(folder) if folder else {}))


def prompts_in(folder: Path) -> dict[str, str]:
    """The prompts that a folder replaces, by the name of their file. Raises UnfitPrompts."""
    found = {file.name: file for file in sorted(folder.glob("*.md"))}
    if not found:
        raise UnfitPrompts(f"{folder} holds no prompt: put {_NAMES} there, or leave the folder unset")
    if strange := [name for name in found if name not in PLACEHOLDERS]:
        raise UnfitPrompts(
            f"{folder / strange[0]} replaces no prompt: rename or remove it; there is {_NAMES}"
        )
    return {name: _fit(name, _text(file.read_text("utf-8")), str(file)) for name, file in found.items()}


def _own() -> dict[str, str]:
    return {
        name: _text(files("conversation").joinpath("prompts", name).read_text("utf-8"))
        for name in PLACEHOLDERS
    }


def _text(content: str) -> str:
    return content.removesuffix("\n")


def _fit(name: str, text: str, where: str) -> str:
    known = PLACEHOLDERS[name]
    try:
        text.format(**dict.fromkeys(known, ""))
    except (LookupError, AttributeError, ValueError) as error:
        told = ", ".join(f"{{{each}}}" for each in known)
        raise UnfitPrompts(
            f"{where} cannot be filled in ({error}): use {told} alone; a brace itself is written twice"
        ) from error
    return text


_NAMES: Final = ", ".join(PLACEHOLDERS)
_prompts: Final = _own()
