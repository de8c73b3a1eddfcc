"""What can be done with a business's prompts, whatever came before."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.prompts import HISTORY, PromptTexts, PurposePrompts, number
from gateway.domain.prompt_changes import (
    OWN_KEPT,
    NotPossible,
    divided,
    drafted,
    published,
    rolled_back,
    text_of,
    undivided,
    undrafted,
)  # fmt: skip

HOUSE = {"1": PromptTexts({"any": "one", "it": "uno"}), "2": PromptTexts("two")}
FRESH = PurposePrompts()


def texts(content: Any) -> PromptTexts:
    return PromptTexts.model_validate(content)


def with_draft(content: Any, now: PurposePrompts = FRESH) -> PurposePrompts:
    return drafted(now, texts(content), None, HOUSE)


def with_own(content: Any, now: PurposePrompts = FRESH) -> PurposePrompts:
    return published(with_draft(content, now), "draft", HOUSE)


@pytest.mark.parametrize(
    ("given_", "based_on", "becomes"),
    [
        ("all new", None, {"any": "all new"}),
        ({"fr": "trois"}, "1", {"any": "one", "it": "uno", "fr": "trois"}),
        ({"it": "due"}, "draft", {"any": "two", "it": "due"}),
        (None, "1", {"any": "one", "it": "uno"}),
    ],
)
def test_a_draft(given_, based_on, becomes):
    now = drafted(FRESH, texts(given_) if given_ else None, based_on, HOUSE)
    assert now.draft == texts(becomes)
    assert (now.published, now.own, now.in_force(HOUSE)) == (None, {}, "2")


def test_a_draft_grows_language_by_language_and_can_be_given_up():
    now = drafted(drafted(FRESH, texts({"it": "i"}), "draft", HOUSE), texts({"fr": "f"}), "draft", HOUSE)
    assert now.draft == texts({"any": "two", "it": "i", "fr": "f"})
    assert undrafted(now) == FRESH


def test_a_draft_that_is_published_gets_a_number_and_is_no_draft_any_more():
    now = with_own("ours")
    assert (now.published, now.before, now.draft, now.own) == (
        "own-1",
        (None,),
        None,
        {"own-1": texts("ours")},
    )
    assert with_own("again", now).published == "own-2"


@pytest.mark.parametrize(("content", "name"), [("two", "2"), ("ours", "own-1")])
def test_a_text_that_has_a_name_gets_no_second_one(content, name):
    now = with_own("other", with_own("ours"))
    assert with_own(content, now).published == name


def test_publishing_again_changes_nothing_and_going_back_goes_back():
    first = with_own("ours")
    assert published(first, "own-1", HOUSE) == first
    second = published(first, "1", HOUSE)
    assert (second.published, second.before) == ("1", (None, "own-1"))
    assert rolled_back(second) == first
    assert rolled_back(first).published is None
    assert published(second, "house", HOUSE).in_force(HOUSE) == "2"


def test_a_part_gets_another_version_until_all_get_one():
    now = divided(with_draft("ours"), "draft", 10, HOUSE)
    assert (now.split.version, now.split.percent, now.draft, now.in_force(HOUSE)) == ("own-1", 10, None, "2")
    assert divided(now, "own-1", 20, HOUSE).split.percent == 20
    assert undivided(now).split is None
    for ended in (published(now, "own-1", HOUSE), published(now, "house", HOUSE)):
        assert ended.split is None
    assert rolled_back(divided(with_own("x"), "1", 5, HOUSE)).split is None


def test_the_version_of_a_part_that_ended_can_be_published_later():
    now = undivided(divided(with_draft("ours"), "draft", 10, HOUSE))
    assert published(now, "own-1", HOUSE).published == "own-1"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda: drafted(FRESH, None, None, HOUSE), "texts"),
        (lambda: drafted(FRESH, None, "3", HOUSE), "version"),
        (lambda: published(FRESH, "draft", HOUSE), "version"),
        (lambda: published(FRESH, "own-1", HOUSE), "version"),
        (lambda: divided(FRESH, "2", 10, HOUSE), "version"),
        (lambda: divided(FRESH, "draft", 10, HOUSE), "version"),
        (lambda: rolled_back(FRESH), "purpose"),
        (lambda: text_of(FRESH, "3", HOUSE), "version"),
    ],
)
def test_what_cannot_be_done_is_told(change, field):
    with pytest.raises(NotPossible) as problem:
        change()
    assert problem.value.field == field


def test_the_preview_of_no_draft_is_what_is_in_force():
    assert text_of(FRESH, "draft", HOUSE) == HOUSE["2"]


class AnybodyChangesAnything(RuleBasedStateMachine):
    """Whatever is done in whatever order: a number never gets another text, and it does not grow for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.now = FRESH
        self.ever: dict[str, PromptTexts] = {}
        self.kept = 0

    def _try(self, change: Any) -> None:
        try:
            self.now = change()
        except NotPossible:
            return

    @rule(text=st.sampled_from([f"text {n}" for n in range(30)]), base=st.sampled_from(["draft", None, "1"]))
    def draft(self, text, base):
        self._try(lambda: drafted(self.now, texts({"it": text}), base, HOUSE))

    @rule(version=st.sampled_from(["draft", "draft", "house", "1", "own-1", "own-4"]))
    def publish(self, version):
        self._try(lambda: published(self.now, version, HOUSE))

    @rule()
    def back(self):
        self._try(lambda: rolled_back(self.now))

    @rule(version=st.sampled_from(["draft", "1", "own-2"]), percent=st.integers(0, 100))
    def divide(self, version, percent):
        self._try(lambda: divided(self.now, version, percent, HOUSE))

    @rule()
    def together(self):
        self.now = undivided(self.now)

    @invariant()
    def holds(self):
        for name, one in self.now.own.items():
            assert self.ever.setdefault(name, one) == one
        assert len(self.now.before) <= HISTORY
        assert len(self.now.own) <= 2 * OWN_KEPT
        assert max(map(number, self.now.own), default=0) >= self.kept
        self.kept = max(map(number, self.now.own), default=0)
        assert self.now.in_force(HOUSE) in self.now.versions(HOUSE)
        assert PurposePrompts.model_validate_json(self.now.model_dump_json()) == self.now


TestAnybodyChangesAnything = AnybodyChangesAnything.TestCase
TestAnybodyChangesAnything.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@given(st.lists(st.integers(0, 40), max_size=60))
def test_the_last_steps_are_taken_back_one_by_one(contents):
    now, steps = FRESH, [FRESH.published]
    for content in contents:
        now = with_own(f"text {content}", now)
        steps += [now.published] if now.published != steps[-1] else []
    for expected in steps[-2 : -2 - min(HISTORY, len(steps) - 1) : -1]:
        now = rolled_back(now)
        assert now.published == expected
