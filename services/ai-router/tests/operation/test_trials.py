"""Trial questions: what the router did, in the live lane and beside it."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from ai_router.adapters.faulty import Faulty
from ai_router.asking import Router
from ai_router.attempts import Attempts
from ai_router.domain.failures import Overloaded
from ai_router.domain.next_try import Limits
from ai_router.operation.trials import Trials, Wanted
from chassis.storage import StoreUnavailable

from ..fakes import Prices, Vendors
from .conftest import NOON, Standings


@dataclass
class Lanes:
    """Both lanes on the same vendors, and what was heard of them."""

    a: Vendors = field(default_factory=Vendors)
    b: Vendors = field(default_factory=Vendors)
    live: Standings = field(default_factory=Standings)
    shadow: Standings = field(default_factory=Standings)
    counted: list[Any] = field(default_factory=list)
    entered: list[Any] = field(default_factory=list)
    ledger_away: bool = False

    async def enter(self, event: Any, answer: Any) -> None:
        if self.ledger_away:
            raise StoreUnavailable("away")
        self.entered.append((event.tenantid, answer.data.cost))

    def trials(self) -> Trials:
        def attempts(standings: Standings) -> Attempts:
            return Attempts({"a": self.a, "b": self.b}, standings, Prices().cost, lambda: NOON)

        router_of = partial(Router, deadline=1.0, limits=Limits(least=0.1))
        ledger: Any = self
        return Trials(
            router_of(attempts(self.live)), attempts(self.shadow), router_of, Prices(), ledger, lambda: NOON,
            lambda outcome, waited: self.counted.append(outcome),
        )  # fmt: skip


@pytest.fixture
def lanes() -> Lanes:
    return Lanes()


async def test_the_answer_comes_with_all_attempts(lanes, policy):
    lanes.a.outcomes["a"] = [Overloaded("status 500")]
    trials = lanes.trials()
    told = await trials.ask(Wanted("Ciao?", asked_first="a/maxi"), policy, trials.live)
    tried = [(one["vendor"], one["model"], one["outcome"]) for one in told["attempts"] if one["asked"]]
    assert tried[0] == ("a", "maxi", "overloaded")
    assert (told["vendor"], told["reason"], told["text"]) == ("a", None, "Sì.")
    assert "secret-of" not in repr(told)


@pytest.mark.parametrize("first", ["b", "b/big"])
async def test_who_is_meant_is_asked_first(lanes, policy, first):
    trials = lanes.trials()
    for _ in range(5):
        told = await trials.ask(Wanted("Ciao?", asked_first=first), policy, trials.live)
        assert told["vendor"] == "b"


async def test_only_one_model_of_it_comes_before_the_others(lanes, policy):
    lanes.a.outcomes["a"] = [Overloaded(), Overloaded()]
    lanes.b.outcomes["b"] = [Overloaded()]
    large_first = policy.model_copy(update={"purposes": {"answer": ("large", "small")}})
    trials = lanes.trials()
    told = await trials.ask(Wanted("Ciao?", asked_first="a"), large_first, trials.live)
    assert [one["model"] for one in told["attempts"] if one["asked"]][:2] == ["maxi", "big"]


async def test_it_is_paid_by_the_installation_and_counted(lanes, policy):
    trials = lanes.trials()
    told = await trials.ask(Wanted("Ciao?"), policy, trials.live)
    ((tenant, cost),) = lanes.entered
    assert (tenant, str(cost)) == ("bellhop", told["cost"])
    assert len(lanes.counted) == 1


async def test_a_ledger_that_is_away_costs_no_answer(lanes, policy):
    lanes.ledger_away = True
    trials = lanes.trials()
    assert (await trials.ask(Wanted("Ciao?"), policy, trials.live))["vendor"]


async def test_a_question_nobody_answers_says_why(lanes, policy):
    nobody = policy.model_copy(update={"off": ("a", "b")})
    trials = lanes.trials()
    told = await trials.ask(Wanted("Ciao?"), nobody, trials.live)
    assert (told["vendor"], told["reason"], told["cost"]) == (None, "off", None)


@pytest.mark.parametrize("kind", ["429", "500", "timeout", "cut"])
async def test_a_fault_beside_is_felt_there_alone(lanes, policy, kind):
    trials = lanes.trials()
    beside = trials.beside({"a": Faulty(kind)})
    told = await trials.ask(Wanted("Ciao?", asked_first="a"), policy, beside)
    assert told["vendor"] == "b"
    assert any(one["vendor"] == "a" and one["asked"] for one in told["attempts"])
    assert (lanes.live.noted, lanes.a.calls, lanes.counted) == ([], [], [])
    assert lanes.shadow.noted


async def test_a_slow_vendor_answers_slowly_and_asks_nobody(lanes, policy):
    trials = lanes.trials()
    told = await trials.ask(Wanted("Ciao?", asked_first="a"), policy, trials.beside({"a": Faulty("slow")}))
    assert (told["vendor"], lanes.a.calls) == ("a", [])
