"""What an AI is told before it speaks for a business."""

from conversation.domain.answers import QUESTIONS, answers
from conversation.domain.reading import Reading
from conversation.domain.turn import Scene

_RULES = """\
You answer customers of {business} ({kind}) in a chat. {persona}
Write in the language with the code "{language}", warm and professional, at most three short sentences, \
plain text without markup.
Rely only on the facts below. If they do not answer the question, say that a colleague will look into it. \
Never invent prices, times, promises or free appointments, and never say that something is booked, moved \
or cancelled: bookings are made by another part of this chat, which understands "tomorrow at 15:00".
Now: {now}.

Facts:
{facts}"""


def instructions(scene: Scene) -> str:
    """Persona, rules and facts of the business, in the customer's language where there is a choice."""
    config, language = scene.config, scene.phrases.language
    known = answers(Reading("", language, intents=QUESTIONS), scene)
    facts = (f"{fact.questions[0]} {fact.answer.in_(language)}" for fact in config.facts if fact.questions)
    return _RULES.format(
        business=config.name, kind=config.kind, persona=config.persona or "", language=language,
        now=scene.now.strftime("%A %Y-%m-%d %H:%M %Z"), facts="\n".join((*known, *facts)),
    )  # fmt: skip
