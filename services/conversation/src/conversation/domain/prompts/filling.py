"""Persona, rules and facts of the business, put into the words of a prompt."""

from babel.dates import format_date

from conversation.domain.answers import QUESTIONS, answers
from conversation.domain.reading import Reading
from conversation.domain.turn import Scene


def filled(text: str, scene: Scene) -> str:
    """The text with `contracts.prompts.PLACEHOLDERS` filled in, facts in the customer's language."""
    config, language = scene.config, scene.phrases.language
    known = answers(Reading("", language, intents=QUESTIONS), scene)
    facts = (f"{fact.questions[0]} {fact.answer.in_(language)}" for fact in config.facts if fact.questions)
    weekday = format_date(scene.now.date(), "EEEE", locale="en")  # strftime's follows the process's locale
    return text.format(
        business=config.name, kind=config.kind, persona=config.persona or "", language=language,
        now=f"{weekday} {scene.now:%Y-%m-%d %H:%M %Z}", facts="\n".join((*known, *facts)),
    )  # fmt: skip
