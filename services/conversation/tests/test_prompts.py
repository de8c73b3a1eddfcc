"""Prompts are files, the house's or those of a folder; a business may have its own, and a part another."""

from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.settings import explain
from contracts.ai import Purpose
from contracts.completions import CompletionRequested
from contracts.prompts import PromptSplit, PromptTexts, PurposePrompts
from conversation.domain import prompts
from conversation.domain.prompts.choosing import version_for
from conversation.settings import ConversationSettings

HOUSE = {"1": PromptTexts("one"), "2": PromptTexts("two")}
IDS = [str(UUID(int=n)) for n in range(5000)]


@pytest.fixture(autouse=True)
def own_prompts_afterwards():
    yield
    prompts.use(None)


def write(folder: Path, place: str, text: str) -> None:
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text(text)


def asked(chat, text="perché il cielo è blu?"):
    chat.says(text)
    (request,) = [data for data in chat.out if isinstance(data, CompletionRequested)]
    return request


def told(talk, **rest):
    return asked(talk(**rest)).personal.instructions


def decided(salon, **change):
    return salon.model_copy(update={"prompts": {"answer": PurposePrompts.model_validate(change)}})


def test_our_own_tells_business_moment_and_facts(talk):
    text = told(talk)
    assert text.startswith("You answer customers of Salone Prova (")
    assert "Now: Friday 2026-11-20 10:00 CET.\n" in text
    assert text.endswith("Accettate carte? Sì, accettiamo carte.")


def test_a_folder_replaces_it_until_told_otherwise(talk, tmp_path):
    write(tmp_path, "answer/1/any.md", "Be brief about {business}, as {{json}}.\n")
    prompts.use(tmp_path)
    assert told(talk) == "Be brief about Salone Prova, as {json}."
    prompts.use(None)
    assert told(talk).startswith("You answer")


def test_a_folder_can_replace_one_language_alone(talk, tmp_path):
    write(tmp_path, "answer/1/it.md", "Rispondi per {business}.")
    prompts.use(tmp_path)
    assert told(talk) == "Rispondi per Salone Prova."
    assert asked(talk(), "why is the sky blue?").personal.instructions.startswith("You answer customers")


def test_a_folder_can_add_a_version_which_is_the_newest_then(talk, tmp_path, salon):
    write(tmp_path, "answer/12/any.md", "Twelve.")
    prompts.use(tmp_path)
    assert (asked(talk()).prompt_version, told(talk)) == ("12", "Twelve.")
    assert asked(talk(config=decided(salon, published="1"))).prompt_version == "1"


@pytest.mark.parametrize(
    ("place", "text", "says"),
    [
        ("answer/1/any.md", "Say {nothing}", "{nothing}"),
        ("answer/1/any.md", "Say {}", "a brace itself is written twice"),
        ("answer/1/any.md", "Say {business.name}", "use {business}, {kind}"),
        ("answer/1/any.md", "Say {now:%H}", "cannot be filled in"),
        ("answer/1/any.md", "Say {", "cannot be filled in"),
        ("answer/1/any.md", " ", "answer/1/any.md"),
        (
            "anwser/1/any.md",
            "Say {business}",
            "is no prompt: rename or remove it; a prompt is called answer/1",
        ),
        ("answer/one/any.md", "Say {business}", "is no prompt"),
        ("answer/1/de.md", "Say {business}", "is no prompt"),
        ("answer/1/a/any.md", "Say {business}", "is no prompt"),
        ("answer.md", "Say {business}", "is no prompt"),
        ("answer.txt", "Say {business}", "holds no prompt: put answer/1/any.md"),
    ],
)
def test_what_does_not_fit_is_refused_at_start_and_says_what_to_do(tmp_path, place, text, says):
    write(tmp_path, place, text)
    with pytest.raises(ValidationError) as refused:
        ConversationSettings(prompts_dir=tmp_path)
    assert explain(refused.value).startswith(f"BELLHOP_PROMPTS_DIR: {tmp_path}")
    assert says in explain(refused.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(prompts.UnfitPrompts, match="holds no prompt"):
        prompts.use(tmp_path / "nowhere")


def test_a_business_s_own_version_in_the_customers_language(talk, salon):
    own = {"own-1": {"any": "Speak {language}.", "it": "Parla per {business}. {facts}"}}
    config = decided(salon, published="own-1", own=own)
    request = asked(talk(config=config))
    assert request.prompt_version == "own-1"
    assert request.personal.instructions.startswith("Parla per Salone Prova. I nostri orari")
    assert asked(talk(config=config), "why is the sky blue?").personal.instructions == "Speak en."


def test_a_draft_is_told_to_nobody(talk, salon):
    config = decided(salon, draft={"any": "A draft."})
    assert (told(talk, config=config), asked(talk(config=config)).prompt_version) == (told(talk), "1")


def test_persona_and_facts_with_braces_stay_as_they_are(talk, salon):
    config = salon.model_copy(update={"persona": "{business} {0} }{"})
    assert "{business} {0} }{" in told(talk, config=config)


def test_the_part_is_told_its_version(talk, salon):
    own = {"own-1": "The other one."}
    everybody = decided(salon, own=own, split={"version": "own-1", "percent": 100})
    nobody = decided(salon, own=own, split={"version": "own-1", "percent": 0})
    assert asked(talk(config=everybody)).personal.instructions == "The other one."
    assert asked(talk(config=nobody)).prompt_version == "1"


@cache
def part(percent: int, purpose: Purpose = "answer") -> set[str]:
    decided = PurposePrompts(published="1", split=PromptSplit(version="2", percent=percent))
    return {one for one in IDS if version_for(decided, purpose, one, HOUSE) == "2"}


@given(st.integers(0, 100))
def test_the_part_is_as_large_as_asked_for(percent):
    share = 100 * len(part(percent)) / len(IDS)
    assert abs(share - percent) < 2.5
    assert share in (0, 100) or 0 < percent < 100


@given(st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted))
def test_a_larger_part_holds_the_smaller_one(percents):
    smaller, larger = map(part, percents)
    assert smaller <= larger


def test_the_purposes_are_divided_apart():
    both = part(50) & part(50, purpose="summarise")
    assert 0.2 < len(both) / len(IDS) < 0.3


@given(st.text(), st.integers(0, 100), st.sampled_from(["1", "2"]))
def test_the_same_conversation_always_gets_the_same(conversation, percent, published):
    decided = PurposePrompts(published=published, split=PromptSplit(version="2", percent=percent))
    versions = {version_for(decided, "answer", conversation, HOUSE) for _ in range(3)}
    assert len(versions) == 1
    assert versions <= {"1", "2"}


def test_who_gets_what_is_the_same_on_every_machine():
    """Another hash would give half of all running conversations another version."""
    assert [IDS.index(one) for one in sorted(part(1))][:5] == [133, 321, 498, 517, 661]


@pytest.mark.parametrize("split", [None, {"version": "9", "percent": 100}])
def test_a_version_that_is_not_there_any_more_is_passed_over(split):
    decided = PurposePrompts.model_validate({"published": "7", "split": split})
    assert version_for(decided, "answer", "c1", HOUSE) == "2"
