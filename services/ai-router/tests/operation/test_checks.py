"""Checking keys: one call each; a good one is used again."""

import pytest

from ai_router.domain.failures import BadKey, CutOff, OutOfCredit
from ai_router.operation.checks import Checks, UnknownKey, cheapest
from contracts.ai import AiPolicy

from ..fakes import Vendors


@pytest.fixture
def adapters():
    return Vendors()


@pytest.fixture
def checks(vendors, standings, adapters):
    return Checks(vendors, adapters, standings)


async def test_every_key_is_called_once_with_the_vendors_cheapest_model(checks, policy, adapters):
    found = await checks.check(policy, None)
    assert adapters.calls == [("a-1", "mini"), ("a-2", "mini"), ("b-1", "big")]
    assert all(one["ok"] for one in found)


async def test_a_retired_key_that_works_is_used_again_and_said_to_be(checks, policy, standings):
    standings.states = {"a-2": "retired", "b-1": "resting"}
    found = {one["key"]: one["revived"] for one in await checks.check(policy, None)}
    assert found == {"a-1": False, "a-2": True, "b-1": False}
    assert standings.revived == ["a-1", "a-2", "b-1"]


@pytest.mark.parametrize("failure", [BadKey("status 401"), OutOfCredit(), CutOff("broke off")])
async def test_one_that_fails_says_why_and_is_counted_against_nobody(
    checks, policy, adapters, standings, failure
):
    adapters.outcomes["b"] = [failure]
    (found,) = await checks.check(policy, "b-1")
    assert (found["ok"], found["reason"], found["detail"]) == (False, failure.reason, failure.detail)
    assert (standings.revived, standings.noted) == ([], [])


async def test_more_to_say_than_was_asked_for_is_an_answer(checks, policy, adapters):
    adapters.outcomes["b"] = [CutOff("max_tokens", too_long=True)]
    assert (await checks.check(policy, "b-1"))[0]["ok"]


async def test_a_vendor_that_serves_no_tier_is_not_called(checks, adapters):
    nothing = AiPolicy(tiers={}, purposes={})
    assert {one["reason"] for one in await checks.check(nothing, None)} == {"unfit"}
    assert adapters.calls == []


async def test_no_answer_holds_a_key(checks, policy):
    assert "secret-of" not in repr(await checks.check(policy, None))


async def test_a_key_that_is_not_there_is_told(checks, policy):
    with pytest.raises(UnknownKey, match="no key is called a-9"):
        await checks.check(policy, "a-9")


def test_a_disabled_model_is_better_than_none(policy):
    only = AiPolicy(tiers={"small": policy.tiers["small"]}, purposes={})
    assert (cheapest(policy, "b"), cheapest(only, "b"), cheapest(only, "c")) == ("big", "old", None)
