"""Conversations replayed with other prompts: only the turns that ask an AI differ."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.completions import CompletionRequested
from contracts.prompts import PurposePrompts
from contracts.tenants import TenantConfig
from conversation.domain import prompts
from ops.replay.engine import replay
from ops.replay.history import History
from ops.replay.rehearsal import script

TALK = ("quanto costa la piega?", "consegnate anche in Patagonia?", "siete aperti sabato?")
ANSWER = "Una collega se ne occupa."


@pytest.fixture(autouse=True)
def own_prompts_afterwards() -> Iterator[None]:
    yield
    prompts.use(None)


def with_prompts(config: TenantConfig, **decided: Any) -> TenantConfig:
    answer = PurposePrompts.model_validate(decided)
    return config.model_copy(update={"prompts": {"answer": answer}})


def asks(history: History) -> list[CompletionRequested]:
    return [one.data for one in history.events if isinstance(one.data, CompletionRequested)]


def use(folder: Path, place: str, text: str) -> None:
    (folder / place).parent.mkdir(parents=True)
    (folder / place).write_text(text)
    prompts.use(folder)


def test_a_changed_prompt_differs_where_an_ai_is_asked_and_nowhere_before(
    lyo: TenantConfig, tmp_path: Path
) -> None:
    history = script(lyo, TALK, ai=ANSWER)
    use(tmp_path, "answer/1/any.md", "Other words for {business}.")
    first, second = replay(history).turns
    assert not first.differs
    assert [one.what for one in second.differences] == ["prompt"]
    assert second.differences[0].now == "Other words for Lyo Parrucchieri."


def test_a_business_with_a_version_of_its_own_is_not_touched_by_it(lyo: TenantConfig, tmp_path: Path) -> None:
    history = script(with_prompts(lyo, published="own-1", own={"own-1": "Ours."}), TALK, ai=ANSWER)
    use(tmp_path, "answer/1/any.md", "Other words.")
    assert not replay(history).differs
    assert [(one.prompt_version, one.personal.instructions) for one in asks(history)] == [("own-1", "Ours.")]


def test_the_version_in_force_then_is_used(lyo: TenantConfig) -> None:
    then = with_prompts(lyo, published="own-1", own={"own-1": "Ours."})
    history = replace(script(then, TALK, ai=ANSWER), configs={1: then, 2: lyo})
    assert not replay(history).differs


def test_a_file_that_names_no_prompts_leaves_those_of_then(lyo: TenantConfig) -> None:
    history = script(with_prompts(lyo, published="own-1", own={"own-1": "Ours."}), TALK, ai=ANSWER)
    assert not replay(history, config=lyo).differs
    named = replay(history, config=with_prompts(lyo, published="1"))
    assert named.stopped_at_ai


def test_the_same_words_under_another_name_get_the_recorded_answer(lyo: TenantConfig) -> None:
    history = script(lyo, TALK, ai=ANSWER)

    def unnamed(event: Any) -> Any:
        if not isinstance(event.data, CompletionRequested):
            return event
        return event.model_copy(update={"data": event.data.model_copy(update={"prompt_version": ""})})

    before = replace(history, events=tuple(map(unnamed, history.events)))
    assert [one.prompt_version for one in asks(before)] == [""]
    assert not replay(before).differs
