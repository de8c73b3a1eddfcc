"""Policies that can be read and can hardly be meant."""

from typing import Any

import pytest

from contracts.ai import AiPolicy
from gateway.domain.policy_mistakes import policy_mistakes, vendors_of

VENDORS = {"openai", "gemini"}
MINI, FLASH = {"vendor": "openai", "model": "mini"}, {"vendor": "gemini", "model": "flash"}
GOOD: dict[str, Any] = {
    "tiers": {"small": [MINI, FLASH]},
    "purposes": {"answer": ["small"]},
    "off": ["gemini"],
}


def found(vendors: set[str] = VENDORS, **changes: Any) -> dict[str, str]:
    mistakes = policy_mistakes(AiPolicy.model_validate(GOOD | changes), vendors)
    return {one.field: one.what for one in mistakes}


def test_a_good_policy_has_none() -> None:
    assert found() == {}
    assert found(warn_at=0.9, cheaper_at=0.9) == {}


@pytest.mark.parametrize(
    ("changes", "field", "what"),
    [
        ({"purposes": {}}, "purposes", "is empty"),
        ({"purposes": {"answer": []}}, "purposes.answer", "is empty"),
        ({"tiers": {"small": [MINI], "large": []}}, "tiers.large", "is empty"),
        ({"tiers": {"small": [MINI, FLASH, MINI]}}, "tiers.small[2]", "openai/mini is there already"),
        ({"tiers": {"small": [MINI | {"vendor": "opnai"}]}}, "tiers.small[0].vendor", "called opnai"),
        ({"off": ["gemini", "opnai"]}, "off[1]", "there are gemini, openai;"),
        ({"warn_at": 0.9, "cheaper_at": 0.5}, "cheaper_at", "must not be less than warn_at, which is 0.9"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_by_field(changes: dict[str, Any], field: str, what: str) -> None:
    mistakes = found(**changes)
    assert list(mistakes) == [field]
    assert what in mistakes[field]


def test_the_same_model_may_serve_several_tiers() -> None:
    assert found(tiers={"small": [MINI], "large": [MINI]}) == {}


def test_while_nobody_knows_the_vendors_any_may_be_named() -> None:
    assert found(set(), off=["opnai"]) == {}


def test_the_vendors_of_a_policy_are_those_it_asks_and_those_it_does_not() -> None:
    assert vendors_of(AiPolicy.model_validate(GOOD | {"off": ["groq"]})) == {"openai", "gemini", "groq"}
