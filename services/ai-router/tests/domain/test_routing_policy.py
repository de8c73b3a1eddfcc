"""Who may answer a question, in which order."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_router.domain.level import worse
from ai_router.domain.needs import Needs
from ai_router.domain.prices import Abilities
from ai_router.domain.routing_policy import at_hand, plan
from contracts.ai import AiPolicy, AiRules, Candidate

SMALL, LARGE = (
    (Candidate(vendor="openai", model="mini", weight=3), Candidate(vendor="gemini", model="flash")),
    (Candidate(vendor="anthropic", model="opus"), Candidate(vendor="openai", model="big")),
)
POLICY = AiPolicy(
    tiers={"small": SMALL, "large": LARGE},
    purposes={"answer": ("large", "small"), "understand": ("small",)},
)
SOME = Needs(tokens=100)
SEED = UUID(int=5)


def anything(_vendor, _model):
    return Abilities()


def models(made):
    return [f"{way.vendor}/{way.model}" for way in made.ways]


def planned(purpose="answer", *, needs=SOME, policy=POLICY, rules=AiRules(), able=anything, **more):  # noqa: B008
    return plan(purpose, needs, policy, rules, able, **{"level": "normal", "seed": SEED} | more)


def test_a_purpose_goes_through_its_tiers_in_order():
    made = planned()
    assert [way.tier for way in made.ways] == ["large", "large", "small", "small"]
    assert set(models(made)) == {"anthropic/opus", "openai/big", "openai/mini", "gemini/flash"}
    assert made.passed_over == ()


def test_a_purpose_that_the_policy_does_not_know_has_no_way():
    assert planned("summarise").ways == ()


@pytest.mark.parametrize("level", ["normal", "cheaper"])
def test_a_tier_that_a_business_wants_and_the_policy_does_not_have_is_left_out(level):
    rules = AiRules(purposes={"answer": ("medium", "large")})
    assert {way.tier for way in planned(rules=rules, level=level).ways} == {"large"}
    nothing = AiRules(purposes={"answer": ("medium",)})
    assert planned(rules=nothing, level=level).ways == ()


def test_the_cheapest_tier_is_the_cheapest_that_somebody_serves():
    nobody = POLICY.model_copy(update={"tiers": POLICY.tiers | {"small": ()}})
    assert {way.tier for way in planned(policy=nobody, level="cheaper").ways} == {"large"}
    off = POLICY.model_copy(update={"off": ("gemini", "openai")})
    assert models(planned(policy=off, level="cheaper")) == ["anthropic/opus"]


def test_when_it_must_be_cheaper_the_smallest_tier_alone_is_left():
    assert {way.tier for way in planned(level="cheaper").ways} == {"small"}
    assert planned(level="rules") == planned("summarise")


def test_a_model_that_is_disabled_in_one_tier_still_serves_another():
    one = SMALL[0].model_copy(update={"enabled": False})
    for tiers in ({"small": (one,), "large": SMALL[:1]}, {"small": SMALL[:1], "large": (one,)}):
        made = planned(policy=POLICY.model_copy(update={"tiers": tiers}))
        assert (models(made), made.passed_over) == (["openai/mini"], ())


@given(st.uuids())
def test_the_same_question_meets_the_same_order(seed):
    assert planned(seed=seed) == planned(seed=seed)


def test_inside_a_tier_each_model_comes_first_as_often_as_its_weight_says():
    first = Counter(planned("understand", seed=UUID(int=n)).ways[0].vendor for n in range(4000))
    assert first["openai"] / 4000 == pytest.approx(0.75, abs=0.03)


def test_what_is_switched_off_is_passed_over_and_named():
    off = POLICY.model_copy(update={"off": ("openai",)})
    made = planned(policy=off)
    assert set(models(made)) == {"anthropic/opus", "gemini/flash"}
    assert [(one.way.model, one.reason) for one in made.passed_over] == [("big", "off"), ("mini", "off")]


def test_a_model_can_be_switched_off_alone():
    one = SMALL[0].model_copy(update={"enabled": False})
    policy = POLICY.model_copy(update={"tiers": POLICY.tiers | {"small": (one, SMALL[1])}})
    assert models(planned("understand", policy=policy)) == ["gemini/flash"]


def test_a_business_may_want_other_tiers_and_fewer_vendors():
    rules = AiRules(purposes={"answer": ("small",)}, vendors=("gemini",))
    made = planned(rules=rules)
    assert models(made) == ["gemini/flash"]
    assert [(one.way.vendor, one.reason) for one in made.passed_over] == [("openai", "off")]


@pytest.mark.parametrize(
    ("needs", "abilities", "fit"),
    [
        (Needs(8000), Abilities(context=8000), True),
        (Needs(8001), Abilities(context=8000), False),
        (Needs(10, images=True), Abilities(images=False), False),
        (Needs(10, images=True), Abilities(images=True), True),
        (Needs(10, tools=True), Abilities(tools=False), False),
        (Needs(10, schema=True), Abilities(schema=False), False),
        (Needs(10**9, images=True, tools=True, schema=True), Abilities(), True),
    ],
)
def test_a_model_that_cannot_do_it_is_passed_over(needs, abilities, fit):
    made = planned("understand", needs=needs, able=lambda vendor, model: abilities)
    assert bool(made.ways) is fit
    assert {one.reason for one in made.passed_over} == (set() if fit else {"unfit"})


def test_vendors_without_a_key_are_no_way_at_all():
    here = at_hand(POLICY, {"openai": ""})
    assert {one.vendor for tier in here.tiers.values() for one in tier} == {"openai"}
    assert planned(policy=here).passed_over == ()
    assert at_hand(POLICY, {}).tiers == {"small": (), "large": ()}


def test_one_model_may_stand_in_place_of_those_of_the_policy():
    here = at_hand(POLICY, {"openai": "llama", "gemini": "", "groq": "qwen"})
    assert [(one.vendor, one.model) for one in here.tiers["small"]] == [
        ("openai", "llama"), ("gemini", "flash"), ("groq", "qwen"),
    ]  # fmt: skip
    assert here.tiers["small"][0].weight == 3
    assert {one.model for one in here.tiers["large"]} == {"llama", "qwen"}


@given(st.sampled_from(["normal", "cheaper", "rules"]), st.sampled_from(["normal", "cheaper", "rules"]))
def test_of_two_levels_the_one_counts_that_gives_less(one, other):
    assert worse(one, other) == worse(other, one)
    assert worse(one, "normal") == one
    assert worse(one, "rules") == "rules"
