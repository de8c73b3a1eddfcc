"""Prompts are files: Bellhop's own, or those of a folder that replaces them."""

import pytest
from pydantic import ValidationError

from chassis.settings import explain
from contracts.completions import CompletionRequested
from conversation.domain import prompt
from conversation.settings import ConversationSettings


@pytest.fixture(autouse=True)
def own_prompts_afterwards():
    yield
    prompt.use(None)


def told(talk):
    chat = talk()
    chat.says("perché il cielo è blu?")
    (asked,) = [data for data in chat.out if isinstance(data, CompletionRequested)]
    return asked.personal.instructions


def test_our_own_tells_business_moment_and_facts(talk):
    text = told(talk)
    assert text.startswith("You answer customers of Salone Prova (")
    assert "Now: Friday 2026-11-20 10:00 CET.\n" in text
    assert text.endswith("Accettate carte? Sì, accettiamo carte.")


def test_a_folder_replaces_it_until_told_otherwise(talk, tmp_path):
    (tmp_path / "answer.md").write_text("Be brief about {business}, as {{json}}.\n")
    prompt.use(tmp_path)
    assert told(talk) == "Be brief about Salone Prova, as {json}."
    prompt.use(None)
    assert told(talk).startswith("You answer")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("answer.md", "Say {nothing}", "'nothing'"),
        ("answer.md", "Say {}", "a brace itself is written twice"),
        ("answer.md", "Say {business.name}", "use {business}, {kind}"),
        ("answer.md", "Say {now:%H}", "cannot be filled in"),
        ("answer.md", "Say {", "cannot be filled in"),
        ("anwser.md", "Say {business}", "replaces no prompt: rename or remove it; there is answer.md"),
        ("answer.txt", "Say {business}", "holds no prompt: put answer.md there"),
    ],
)
def test_what_does_not_fit_is_refused_at_start_and_says_what_to_do(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValidationError) as refused:
        ConversationSettings(prompts_dir=tmp_path)
    assert explain(refused.value).startswith(f"BELLHOP_PROMPTS_DIR: {tmp_path}")
    assert says in explain(refused.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(prompt.UnfitPrompts, match="holds no prompt"):
        prompt.use(tmp_path / "nowhere")
