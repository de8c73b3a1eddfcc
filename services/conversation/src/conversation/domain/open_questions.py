"""What no rule answers: an AI is asked, and a human is told where it cannot answer either."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from contracts.completions import CompletionGenerated, CompletionRequested, Prompt
from contracts.customers import Address, HandoverRequested
from contracts.model import Data
from conversation.domain.guard import Grounds, fault_in
from conversation.domain.prompts import chosen, filled
from conversation.domain.questions import wording
from conversation.domain.standalone import cache_key
from conversation.domain.state import Conversation
from conversation.domain.turn import Outcome, Scene

ONE_CALL_LASTS = timedelta(hours=12)  # asking for a human again within it calls nobody twice


def ask_ai(conversation: Conversation, scene: Scene) -> Outcome:
    """The last turns and what the business knows go to the AI router."""
    language = scene.phrases.language
    instructions, version = chosen(scene, conversation.id)
    prompt = Prompt(instructions=instructions, turns=conversation.turns)
    requested = CompletionRequested(
        purpose="answer", language=language, prompt_version=version,
        cache_key=cache_key(conversation, scene), personal=prompt,
    )  # fmt: skip
    return Outcome(conversation, requests=(requested,))


def on_generated(conversation: Conversation, made: CompletionGenerated, scene: Scene) -> Outcome:
    """The AI's answer; an open question is said again after it.

    One that names what the facts do not hold is refused whole: it goes on as if no AI had answered.
    """
    text = made.personal.text.strip()
    if fault := fault_in(text, grounds(conversation, scene)) if text else "":
        return replace(on_failed(conversation, scene), refused=fault)
    understood = conversation.but(unclear=0)
    if not text:
        return Outcome(understood)
    return _after_greeting(_with_open_question(understood, text, scene))


def grounds(conversation: Conversation, scene: Scene) -> Grounds:
    """What an AI's answer in this conversation may rest on."""
    contact = conversation.contact
    names = (conversation.name, contact.name if contact else None)
    return Grounds(
        scene.config, scene.now, scene.phrases.language, conversation.turns,
        names=tuple(filter(None, names)),
        rules=chosen(scene, conversation.id).instructions, facts_told=filled("{facts}", scene),
    )  # fmt: skip


def on_failed(conversation: Conversation, scene: Scene) -> Outcome:
    """No AI: says what can be done here, and a human will look; told so once, until we understand again."""
    known = conversation.unclear > 0 or _called(conversation, scene)
    text = scene.phrases("fallback_again" if known else "fallback", business=scene.config.name)
    unclear = conversation.but(unclear=conversation.unclear + 1)
    outcome = _after_greeting(_with_open_question(unclear, text, scene))
    return outcome if known else outcome.after(requests=hand_over(conversation, "not_understood"))


def _after_greeting(outcome: Outcome) -> Outcome:
    """With the greeting that waited for it, unless the customer was greeted meanwhile."""
    conversation = outcome.conversation
    if conversation.waiting or not conversation.preface:
        return outcome
    greeting = () if conversation.greeted else conversation.preface
    return replace(outcome, conversation=conversation.but(preface=())).after(*greeting)


def _with_open_question(conversation: Conversation, text: str, scene: Scene) -> Outcome:
    question = wording(conversation, scene)
    options = conversation.draft.options if question and conversation.draft else ()
    return Outcome(conversation, (text, question) if question else (text,), options)


def call_human(conversation: Conversation, scene: Scene) -> Outcome:
    """The customer wants to talk to a person. We go on answering meanwhile."""
    if _called(conversation, scene):
        return Outcome(conversation, (scene.phrases("human_coming", business=scene.config.name),))
    told = scene.phrases("human", business=scene.config.name)
    called = conversation.but(human_asked_at=scene.now)
    return Outcome(called, (told,), requests=hand_over(conversation, "asked"))


def _called(conversation: Conversation, scene: Scene) -> bool:
    asked_at = conversation.human_asked_at
    return asked_at is not None and scene.now - asked_at < ONE_CALL_LASTS


def hand_over(conversation: Conversation, reason: Literal["asked", "not_understood"]) -> tuple[Data, ...]:
    contact = conversation.contact
    if contact is None:
        return ()
    address = Address(address=contact.address, name=conversation.customer_name)
    return (HandoverRequested(channel=contact.channel, reason=reason, personal=address),)
