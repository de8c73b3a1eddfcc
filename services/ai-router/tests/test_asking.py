"""A question goes from vendor to vendor until one answers, inside its deadline, all of it on record."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ai_router.asking import Router
from ai_router.attempts import Attempts
from ai_router.domain.failures import BadKey, CutOff, Overloaded, TimedOut
from ai_router.domain.next_try import Limits
from ai_router.domain.routing_policy import PassedOver, Plan
from ai_router.domain.standings.standing import Standing
from ai_router.domain.ways import Way
from contracts.completions import CompletionRequested, Prompt, Utterance

from .fakes import ANSWER, KEYS, A, B, LateFailure, Prices, Standings, Vendors

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUESTION = CompletionRequested(
    purpose="answer", language="it",
    personal=Prompt(instructions="You are Lyo.", turns=(Utterance(role="customer", text="Parcheggio?"),)),
)  # fmt: skip


def router(vendors, standings, **how):
    return Router(Attempts(vendors, standings, Prices().cost, lambda: NOON), **how)


def outcomes(asked):
    return [(one.vendor, one.key, one.outcome) for one in asked.attempts]


async def test_the_first_answer_is_the_answer():
    standings = Standings()
    asked = await router(Vendors(), standings).ask(QUESTION, Plan((A, B)))
    assert asked.made
    assert (asked.made.completion, asked.made.key.alias, asked.made.way) == (ANSWER, "a-1", A)
    assert outcomes(asked) == [("a", "a-1", "generated")]
    assert (asked.cost, standings.noted) == (Decimal("0.04"), [("a-1", None)])


async def test_each_attempt_is_on_record_and_paid_for():
    vendors = Vendors({"a": [BadKey("401"), CutOff("length", tokens=(10, 5))]})
    standings = Standings()
    asked = await router(vendors, standings).ask(QUESTION, Plan((A, B)))
    assert outcomes(asked) == [
        ("a", "a-1", "refused_key"), ("a", "a-2", "cut_off"), ("b", "b-1", "generated"),
    ]  # fmt: skip
    assert asked.cost == Decimal("0.05")
    assert standings.noted == [("a-1", "refused_key"), ("a-2", "cut_off"), ("b-1", None)]


async def test_who_is_passed_over_is_on_record_too():
    standings = Standings(Standing({"b": KEYS["b"]}, {"a": "no_credit"}, frozenset("ab")))
    passed = PassedOver(Way("c", "k", "small"), "unfit")
    asked = await router(Vendors(), standings).ask(QUESTION, Plan((A, B), (passed,)))
    assert outcomes(asked) == [("c", "", "unfit"), ("a", "", "no_credit"), ("b", "b-1", "generated")]
    assert [one.asked for one in asked.attempts] == [False, False, True]


async def test_nobody_to_ask_is_a_reason():
    standings = Standings(Standing({}, {}, frozenset()))
    asked = await router(Vendors(), standings).ask(QUESTION, Plan((A,)))
    assert (asked.made, asked.reason) == (None, "not_configured")
    assert (await router(Vendors(), Standings()).ask(QUESTION, Plan(()))).reason == "not_configured"


async def test_a_circuit_that_admits_nobody_leads_to_the_next_key_and_the_next_way():
    asked = await router(Vendors(), Standings(admits=[False])).ask(QUESTION, Plan((A, B)))
    assert outcomes(asked) == [("a", "", "circuit_open"), ("a", "a-2", "generated")]
    asked = await router(Vendors(), Standings(admits=[False, False])).ask(QUESTION, Plan((A, B)))
    assert [way for way, *_ in outcomes(asked)] == ["a", "a", "b"]


async def test_an_error_that_an_adapter_did_not_foresee_leads_to_the_next_way_without_its_words():
    standings = Standings()
    vendors = Vendors({"a": [RuntimeError("sk-secret said: Avete parcheggio?")]})
    asked = await router(vendors, standings).ask(QUESTION, Plan((A, B)))
    assert outcomes(asked) == [("a", "a-1", "malformed"), ("b", "b-1", "generated")]
    assert asked.attempts[0].detail == "RuntimeError"
    assert standings.noted == [("a-1", "malformed"), ("b-1", None)]


async def test_it_tries_again_what_may_have_passed():
    vendors = Vendors({"b": [Overloaded("529"), ANSWER]})
    asked = await router(vendors, Standings()).ask(QUESTION, Plan((B,)))
    assert outcomes(asked) == [("b", "b-1", "overloaded"), ("b", "b-1", "generated")]


async def test_the_deadline_holds_whatever_happens():
    vendors = Vendors({"a": [TimedOut()] * 50, "b": [Overloaded()] * 50})
    began = asyncio.get_running_loop().time()
    asked = await router(vendors, Standings(), deadline=1.2, limits=Limits(tries=50)).ask(
        QUESTION, Plan((A, B))
    )
    assert asked.reason in ("timeout", "overloaded")
    assert asyncio.get_running_loop().time() - began < 1.2


async def test_a_second_vendor_is_asked_when_the_first_takes_long():
    """And what comes of the first is learnt all the same: else one that hangs would be asked for ever."""
    vendors, standings = Vendors(), Standings()
    hedging = router(vendors, standings, hedge=True)
    for _ in range(20):
        await hedging.ask(QUESTION, Plan((A, B)))
    late = LateFailure(TimedOut())
    vendors.outcomes["a"], standings.noted[:] = [late], []
    asked = await hedging.ask(QUESTION, Plan((A, B)))
    assert asked.made
    assert asked.made.key.alias == "b-1"
    assert outcomes(asked) == [("b", "b-1", "generated"), ("a", "a-1", "abandoned")]
    assert asked.cost == Decimal("0.08")  # the beaten one's is guessed
    assert (standings.noted, standings.released) == ([("b-1", None)], [])
    late.released.set()
    await asyncio.sleep(0.05)
    assert standings.noted == [("b-1", None), ("a-1", "timeout")]


async def test_whoever_leaves_breaks_off_what_was_beaten_and_blames_nobody():
    vendors, standings = Vendors(), Standings()
    hedging = router(vendors, standings, hedge=True)
    for _ in range(20):
        await hedging.ask(QUESTION, Plan((A, B)))
    vendors.outcomes["a"], standings.noted[:] = [60.0], []
    await hedging.ask(QUESTION, Plan((A, B)))
    await hedging.aclose()
    assert (standings.noted, standings.released) == ([("b-1", None)], ["a-1"])


async def test_a_hedge_takes_the_first_when_the_second_fails():
    vendors, standings = Vendors(), Standings()
    hedging = router(vendors, standings, hedge=True)
    for _ in range(20):
        await hedging.ask(QUESTION, Plan((A, B)))
    vendors.outcomes = {"a": [1.0], "b": [Overloaded()]}
    asked = await hedging.ask(QUESTION, Plan((A, B)))
    assert asked.made
    assert asked.made.key.alias == "a-1"
    assert outcomes(asked) == [("b", "b-1", "overloaded"), ("a", "a-1", "generated")]


async def test_who_stops_asking_gives_the_probe_back():
    standings = Standings()
    asking = asyncio.create_task(router(Vendors({"a": [60.0]}), standings).ask(QUESTION, Plan((A,))))
    await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (standings.released, standings.noted) == (["a-1"], [])
