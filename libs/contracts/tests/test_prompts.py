"""What a prompt may hold, and which version holds."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.prompts import (
    HISTORY,
    LONGEST,
    PLACEHOLDERS,
    PromptTexts,
    PurposePrompts,
    Written,
    fillable,
    newest,
)  # fmt: skip
from contracts.tenants import Language, TenantConfig

HOUSE = {name: PromptTexts(f"the house's {name}") for name in ("1", "2", "10")}


def test_a_text_for_any_language_and_one_for_each_we_speak():
    assert get_args(Written) == ("any", *get_args(Language))


@pytest.mark.parametrize(
    ("texts", "language", "told"),
    [
        ("for all", "fr", "for all"),
        ({"any": "a", "it": "i"}, "it", "i"),
        ({"any": "a", "it": "i"}, "fr", "a"),
        ({"it": "i", "en": "e"}, "fr", "e"),
        ({"it": "i"}, "fr", "i"),
    ],
)
def test_the_text_of_a_language(texts, language, told):
    assert PromptTexts.model_validate(texts).in_(language) == told


@pytest.mark.parametrize("texts", [{}, "", "  \n ", {"de": "x"}, {"it": "y" * (LONGEST + 1)}, None, 5])
def test_what_is_no_text(texts):
    with pytest.raises(ValidationError):
        PromptTexts.model_validate(texts)


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_every_placeholder_may_be_named(name):
    assert fillable(f"a {{{name}}} b {{{{json}}}}") == f"a {{{name}}} b {{{{json}}}}"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{nothing}", "{nothing}"),
        ("{}", "{}"),
        ("{0}", "{0}"),
        ("{business.name}", "{business.name}"),
        ("{facts[0]}", "{facts[0]}"),
        ("{now:%H}", "{now:%H}"),
        ("{now:{language}}", "{now:{language}}"),
        ("{persona!r}", "{persona!r}"),
        ("{", "'{'"),
        ("}", "'}'"),
        ("{ business }", "{ business }"),
    ],
)
def test_what_cannot_be_filled_in_is_named_and_says_what_to_do(text, named):
    with pytest.raises(ValueError, match="a brace itself is written twice") as refused:
        fillable(text)
    assert named in str(refused.value)


@given(st.text(alphabet="{}!:.[]0abusiness now", max_size=40))
def test_what_is_fit_can_be_filled_in(text):
    try:
        fillable(text)
    except ValueError:
        return
    text.format(**dict.fromkeys(PLACEHOLDERS, ""))


def test_the_newest_is_by_number():
    assert newest(HOUSE) == "10"


@pytest.mark.parametrize(
    ("published", "in_force"), [(None, "10"), ("2", "2"), ("own-1", "own-1"), ("77", "10")]
)
def test_which_version_is_in_force(published, in_force):
    prompts = PurposePrompts(published=published, own={"own-1": "ours"})
    assert prompts.in_force(HOUSE) == in_force
    assert prompts.versions(HOUSE).keys() == {"1", "2", "10", "own-1"}


@pytest.mark.parametrize(
    "decided",
    [
        {"published": "own-1"},
        {"before": ["1", "own-2"]},
        {"split": {"version": "own-1", "percent": 5}},
        {"split": {"version": "1", "percent": 101}},
        {"published": "0"},
        {"published": "draft"},
        {"own": {"1": "not the house's number"}},
        {"before": ["1"] * (HISTORY + 1)},
    ],
)
def test_what_was_never_decided_like_that(decided):
    with pytest.raises(ValidationError):
        PurposePrompts.model_validate(decided)


def test_a_version_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(ValidationError, match="own versions: there are none"):
        PurposePrompts(published="own-1")
    with pytest.raises(ValidationError, match="own versions: own-2"):
        PurposePrompts(published="own-1", own={"own-2": "ours"})


def test_it_travels_with_the_configuration():
    content = {
        "id": "salon", "name": "S", "timezone": "Europe/Rome", "languages": ["it"],
        "prompts": {"answer": {"published": "own-1", "before": [None], "own": {"own-1": {"it": "Ciao"}}}},
    }  # fmt: skip
    config = TenantConfig.model_validate(content)
    assert TenantConfig.model_validate_json(config.model_dump_json()) == config
    assert config.prompts["answer"].own["own-1"].in_("it") == "Ciao"
    with pytest.raises(ValidationError):
        TenantConfig.model_validate(content | {"prompts": {"sing": {}}})
