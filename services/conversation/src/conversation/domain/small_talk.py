"""Courtesies: hello, thanks, goodbye, and what we can do."""

from collections.abc import Callable

from conversation.domain.reading import Reading
from conversation.domain.state import Conversation
from conversation.domain.turn import Scene
from conversation.domain.understanding import Intent


def small_talk(conversation: Conversation, reading: Reading, scene: Scene) -> str | None:
    """The answer to a courtesy; None if the message is none."""
    if reading.wordless:
        return _wordless(conversation, reading, scene)
    for intent, answer in _ANSWERS:
        if reading.has(intent):
            return answer(conversation, scene)
    return None


def hello(conversation: Conversation, scene: Scene) -> str | None:
    """Who we are, before the first answer; None when that was said."""
    return None if conversation.greeted else scene.phrases("hello", business=scene.config.name)


def _greeting(conversation: Conversation, scene: Scene) -> str:
    if conversation.greeted:
        return scene.phrases("hello_again")
    return scene.phrases(_for_business("welcome", scene), business=scene.config.name)


def _wordless(conversation: Conversation, reading: Reading, scene: Scene) -> str:
    """A smile is returned, a question mark or a number gets help; the first of all is a greeting."""
    if not conversation.greeted:
        return _greeting(conversation, scene)
    asks = "?" in reading.text or any(map(str.isdigit, reading.text))
    return scene.phrases(_for_business("help", scene) if asks else "all_good")


def _for_business(key: str, scene: Scene) -> str:
    return key if scene.config.services else f"{key}_no_booking"


_ANSWERS: tuple[tuple[Intent, Callable[[Conversation, Scene], str]], ...] = (
    (Intent.HELP, lambda _, scene: scene.phrases(_for_business("help", scene))),
    (Intent.THANKS, lambda _, scene: scene.phrases("thanks")),
    (Intent.BYE, lambda _, scene: scene.phrases("bye")),
    (Intent.GREET, _greeting),
    (Intent.START, _greeting),
    (Intent.DENY, lambda _, scene: scene.phrases("no_problem")),
    (Intent.DROP, lambda _, scene: scene.phrases("no_problem")),
    (Intent.AFFIRM, lambda _, scene: scene.phrases("all_good")),
    (Intent.ANYONE, lambda _, scene: scene.phrases("all_good")),
)
