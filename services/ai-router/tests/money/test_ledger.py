"""The ledger sums everything once, whatever is repeated or breaks off."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_router.adapters.ledger_documents import MOST_DAYS, LedgerDocuments
from ai_router.domain.money.usage import Figures, Row, added, summed
from chassis.storage import CollectionSpec, StoreUnavailable

TODAY = date(2026, 11, 20)


def named(parts: Any) -> dict[str, Figures]:
    return {part.name: part.figures for part in parts}


async def test_a_question_is_seen_from_every_side(ledger, questions, paid):
    question = questions.asked()
    attempts = (
        paid(None, vendor="anthropic", model="claude-haiku-4-5", key="anthropic-1", outcome="overloaded",
             input_tokens=None, output_tokens=None),
        paid("0.0001", vendor="gemini", model="gemini-2.5-flash-lite", key="gemini-2", outcome="cut_off"),
        paid("0.000150"),
        paid(None, asked=False, outcome="circuit_open"),
    )  # fmt: skip
    await ledger.enter(question, questions.answered(question, *attempts))
    await ledger.enter(failed := questions.asked(prompt_version="4"), questions.failed(failed))
    seen = await ledger.usage("lyo", TODAY, TODAY)
    total = seen.total
    assert (total.questions, total.answered, total.failed, total.calls, total.failed_calls) == (2, 1, 1, 3, 2)
    assert (total.cost, total.average_seconds, total.unpriced) == (Decimal("0.00025"), 1.5, 0)
    assert (total.input_tokens, total.output_tokens) == (800, 200)
    assert {name: figures.microdollars for name, figures in named(seen.models).items()} == {
        "anthropic/claude-haiku-4-5": 0, "gemini/gemini-2.5-flash-lite": 100, "openai/gpt-4o-mini": 150,
    }  # fmt: skip
    assert set(named(seen.keys)) == {"anthropic-1", "gemini-2", "openai-1"}
    assert {name: figures.questions for name, figures in named(seen.prompts).items()} == {
        "answer/3": 1, "answer/4": 1,
    }  # fmt: skip
    assert set(named(seen.days)) == {"2026-11-20"}
    assert set(named(seen.months)) == {"2026-11"}
    assert seen.model_dump(mode="json")["total"]["cost"] == "0.000250"


async def test_a_cached_answer_costs_nothing_and_is_no_call(ledger, questions):
    question = questions.asked()
    await ledger.enter(question, questions.answered(question, cached=True, seconds=0.0))
    total = (await ledger.usage("lyo", TODAY, TODAY)).total
    assert (total.answered, total.cached, total.calls, total.microdollars) == (1, 1, 0, 0)
    assert total.average_seconds is None


async def test_an_answer_without_a_known_price_is_told_from_one_that_cost_nothing(ledger, questions, paid):
    for attempt in (paid(None), paid("0")):
        question = questions.asked()
        await ledger.enter(question, questions.answered(question, attempt))
    total = (await ledger.usage("lyo", TODAY, TODAY)).total
    assert (total.calls, total.unpriced, total.microdollars) == (2, 1, 0)


async def test_the_same_question_again_changes_nothing(new_ledger, questions, paid):
    question = questions.asked()
    answer = questions.answered(question, paid())
    for replica in (new_ledger(), new_ledger()):
        for _ in range(3):
            await replica.enter(question, answer)
            await replica.judged(questions.judged(question))
    await replica.judged(questions.judged(question, "refused"))
    total = (await replica.usage("lyo", TODAY, TODAY)).total
    assert (total.questions, total.microdollars, total.used, total.refused) == (1, 150, 1, 0)


@pytest.mark.parametrize("first", ["answer", "judgement"])
async def test_a_judgement_counts_whenever_it_comes(ledger, questions, paid, first):
    question = questions.asked()
    answer, judgement = questions.answered(question, paid()), questions.judged(question, "refused", "price")
    if first == "judgement":
        await ledger.judged(judgement)
    await ledger.enter(question, answer)
    if first == "answer":
        await ledger.judged(judgement)
    seen = await ledger.usage("lyo", TODAY, TODAY)
    assert seen.total.refused == named(seen.prompts)["answer/3"].refused == 1
    assert named(seen.models)["openai/gpt-4o-mini"].refused == 1
    (kept,) = await ledger.questions("lyo", "anna", 50)
    assert (kept.judgement.verdict, kept.judgement.why) == ("refused", "price")


async def test_many_questions_over_replicas_are_summed_exactly(new_ledger, questions, paid):
    replicas = [new_ledger() for _ in range(3)]
    asked = [questions.asked() for _ in range(60)]
    await asyncio.gather(
        *(
            replica.enter(question, questions.answered(question, paid(f"0.{number:06}")))
            for number, question in enumerate(asked)
            for replica in replicas[: 1 + number % 3]
        ),
        *(replicas[number % 2].judged(questions.judged(question)) for number, question in enumerate(asked)),
    )
    total = (await replicas[0].usage("lyo", TODAY, TODAY)).total
    assert (total.questions, total.used, total.microdollars) == (60, 60, sum(range(60)))


class Breaking:
    """A store whose n-th write fails: before it is made, or when it was made and nobody hears of it."""

    def __init__(self, store: Any, at: int, *, made: bool) -> None:
        self._store = store
        self._left = at
        self._made = made

    def collection(self, spec: CollectionSpec) -> Any:
        return _BreakingCollection(self, self._store.collection(spec))

    async def write(self, save: Any) -> Any:
        self._left -= 1
        if self._left == 0:
            if self._made:
                await save()
            raise StoreUnavailable("gone")
        return await save()


class _BreakingCollection:
    def __init__(self, breaking: Breaking, real: Any) -> None:
        self._breaking = breaking
        self.get, self.find = real.get, real.find
        self._real = real

    async def save(self, *args: Any, **kwargs: Any) -> Any:
        return await self._breaking.write(lambda: self._real.save(*args, **kwargs))


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("at", range(1, 7))
async def test_whatever_write_breaks_off_the_redelivery_completes_it(
    store, ledger, questions, paid, *, at, made
):
    question, other = questions.asked(), questions.asked()
    answer = questions.answered(question, paid())
    shaky = LedgerDocuments(Breaking(store, at, made=made), ledger._policies)
    for take, event in ((shaky.enter, (question, answer)), (shaky.judged, (questions.judged(question),))):
        try:
            await take(*event)
        except StoreUnavailable:
            await ledger.enter(other, questions.answered(other, paid()))  # life goes on meanwhile
            await (ledger if made else shaky).enter(question, answer)
            await ledger.judged(questions.judged(question))
    await ledger.enter(other, questions.answered(other, paid()))
    total = (await ledger.usage("lyo", TODAY, TODAY)).total
    assert (total.questions, total.used, total.microdollars) == (2, 1, 300)


async def test_marks_do_not_pile_up(store, ledger, questions, paid):
    for _ in range(20):
        question = questions.asked()
        await ledger.enter(question, questions.answered(question, paid()))
        await ledger.judged(questions.judged(question))
    found = await store.collection(CollectionSpec("ai_days", indexes=(("day",),))).get("lyo", "2026-11-20")
    assert len(found.body["marks"]) == 1
    assert len(found.body["rows"]) == 1


async def test_days_are_the_businesses_own_and_nobody_sees_anothers(ledger, questions, paid):
    midnight = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Rome, the 20th in Chicago
    for tenant, cost in (("lyo", "0.0001"), ("lily", "0.0007")):
        question = questions.asked(tenant, midnight)
        await ledger.enter(question, questions.answered(question, paid(cost)))
    rome = await ledger.usage("lyo", TODAY, TODAY + timedelta(days=1))
    chicago = await ledger.usage("lily", TODAY, TODAY + timedelta(days=1))
    assert {name: one.microdollars for name, one in named(rome.days).items()} == {"2026-11-21": 100}
    assert {name: one.microdollars for name, one in named(chicago.days).items()} == {"2026-11-20": 700}
    assert len(await ledger.questions("lyo", "anna", 50)) == 1
    assert len(await ledger.questions("lily", "anna", 50)) == 1
    assert (await ledger.usage("nobody", TODAY, TODAY)).total == Figures()


async def test_what_was_spent_is_that_of_the_day_and_the_month(ledger, questions, paid, configured, now):
    for days_ago, cost in ((0, "0.000001"), (1, "0.00002"), (19, "0.0003"), (20, "0.004")):
        question = questions.asked(at=now - timedelta(days=days_ago))
        await ledger.enter(question, questions.answered(question, paid(cost)))
    spent = await ledger.spent("lyo", configured().config.zone, now)
    assert (spent.day, spent.month) == (Decimal("0.000001"), Decimal("0.000321"))
    assert (spent.day_starts, spent.month_starts) == (TODAY, date(2026, 11, 1))


@pytest.mark.parametrize("days", [-1, MOST_DAYS])
async def test_too_many_days_are_refused(ledger, days):
    with pytest.raises(ValueError, match="1 to 400 days"):
        await ledger.usage("lyo", TODAY, TODAY + timedelta(days=days))


async def test_no_word_of_a_customer_is_kept(store, ledger, questions, paid):
    question = questions.asked()
    await ledger.enter(question, questions.answered(question, paid()))
    spec = CollectionSpec("ai_questions", indexes=(("conversation", "at"),))
    kept = str((await store.collection(spec).get("lyo", str(question.id))).body)
    assert "Be brief" not in kept
    assert "Sì" not in kept


ROWS = st.lists(
    st.builds(
        lambda model, key, cost: Row(
            purpose="answer", model=model, key=key, figures=Figures(calls=1, microdollars=cost)
        ),
        st.sampled_from("mn"), st.sampled_from("kl"), st.integers(0, 10**9),
    )
)  # fmt: skip


@given(ROWS, ROWS)
def test_adding_loses_nothing_and_keeps_one_row_for_a_place(rows, more):
    both = added(added((), rows), more)
    assert summed(both) == summed([*rows, *more])
    assert len({row.place for row in both}) == len(both)
