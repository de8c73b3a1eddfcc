"""What an answer costs, by a table that is data."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from ai_router.adapters.model_table import Pricing, UnreadableTable, default_policy, load_models
from ai_router.domain.completion import Usage
from ai_router.domain.prices import (
    Abilities,
    Model,
    ModelTable,
    VendorTable,
    abilities,
    cost,
    dollars,
    microdollars,
)
from contracts.ai import TIERS, AiPolicy, Candidate

TABLE = load_models()
MINI = ("openai", "gpt-4o-mini")
ONE_EACH = Usage(1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("vendor", "model", "dollars_"),
    [
        (*MINI, "0.75"),
        ("openai", "gpt-4o-mini-2024-07-18", "0.75"),
        ("anthropic", "claude-haiku-4-5", "6.00"),
        ("anthropic", "claude-haiku-4-5-20251001", "6.00"),
        ("gemini", "gemini-2.5-flash-lite", "0.50"),
        ("gemini", "models/gemini-2.5-flash-lite", "0.50"),
        ("gemini", "models/gemini-2.5-flash-lite-preview-09-2025", "0.50"),
        ("openrouter", "openai/gpt-4o-mini", "0.75"),
        ("openrouter", "anthropic/claude-haiku-4.5", "6.00"),
        ("openrouter", "google/gemini-2.5-flash-lite", "0.50"),
    ],
)
def test_a_model_is_found_however_its_edition_and_its_reseller_spell_it(vendor, model, dollars_):
    assert cost(TABLE, vendor, model, ONE_EACH) == Decimal(dollars_)


@pytest.mark.parametrize(
    ("vendor", "model"),
    [
        ("openai", "gpt-4o-mini-realtime"),
        ("openai", "openai/gpt-4o-mini"),
        ("ollama", "gpt-4o-mini"),
        ("openrouter", "openai/gpt-4o-mini:free"),
        ("gemini", "gemini-1.5-flash"),
    ],
)
def test_a_name_that_is_only_alike_has_no_price(vendor, model):
    assert cost(TABLE, vendor, model, ONE_EACH) is None


def test_tokens_that_the_vendor_did_not_count_cost_an_unknown_amount():
    assert cost(TABLE, *MINI, Usage(400, None)) is None
    assert cost(TABLE, *MINI, Usage(None, 100)) is None


def test_cached_input_costs_less_and_a_started_microdollar_counts():
    assert cost(TABLE, *MINI, Usage(1000, 100)) == Decimal("0.000210")
    assert cost(TABLE, *MINI, Usage(1000, 100, cached=800)) == Decimal("0.000150")
    assert cost(TABLE, *MINI, Usage(1, 0)) == Decimal("0.000001")
    assert cost(TABLE, *MINI, Usage(0, 0)) == 0


def test_a_long_prompt_makes_the_whole_question_dearer():
    haiku = ("anthropic", "claude-haiku-5-5")
    assert cost(TABLE, *haiku, Usage(100_000, 1000)) == Decimal("0.0105")
    assert cost(TABLE, *haiku, Usage(100_001, 1000)) == Decimal("0.052501")


@given(
    st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**7),
    st.decimals(0, 1000, places=4), st.decimals(0, 1000, places=4),
)  # fmt: skip
def test_a_cost_is_never_less_than_its_tokens_nor_a_microdollar_more(
    tokens, output, cached, price, price_out
):
    table = ModelTable(
        vendors={"v": VendorTable(models={"m": Model(input=price, output=price_out, cached_input=price / 2)})}
    )
    paid = cost(table, "v", "m", Usage(tokens, output, cached))
    cached = min(tokens, cached)
    exact = ((tokens - cached) * price + cached * price / 2 + output * price_out) / 1_000_000
    assert paid is not None
    assert exact <= paid < exact + Decimal("0.000001")
    assert dollars(microdollars(paid)) == paid


def test_what_a_model_can_do_and_that_an_unknown_one_is_taken_to_be_able():
    assert abilities(TABLE, *MINI).context == 128_000
    assert abilities(TABLE, "ollama", "llama") == Abilities(None, True, True, True)


def test_a_file_adds_to_the_table_and_overrides_it(tmp_path: Path):
    file = tmp_path / "prices.yaml"
    file.write_text(
        "vendors:\n"
        "  openai: {models: {gpt-4o-mini: {context: 9, input: 1, output: 2}}}\n"
        "  ollama: {models: {llama: {context: 8192, images: false, tools: false, input: 0, output: 0}}}\n"
    )
    table = load_models(file)
    assert cost(table, *MINI, ONE_EACH) == 3
    assert cost(table, "openai", "gpt-4o", ONE_EACH) == Decimal("12.5")
    assert cost(table, "openrouter", "openai/gpt-4o", ONE_EACH) == Decimal("12.5")
    assert cost(table, "ollama", "llama", ONE_EACH) == 0
    assert abilities(table, "ollama", "llama") == Abilities(8192, False, False, True)
    assert table.vendors["openai"].source == TABLE.vendors["openai"].source


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("vendors: {openai: {models: {m: {input: -1, output: 1}}}}", "vendors.openai.models.m.input: "),
        ("vendors: {openai: {models: {m: {input: 1}}}}", "vendors.openai.models.m: give the prices of both"),
        ("vendors: {openai: {models: {m: {inputs: 1}}}}", "vendors.openai.models.m.inputs: Extra"),
        ("vendors:\n  openai: [", "line 2, column"),
        ("", "the whole file: "),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(tmp_path: Path, text, told):
    file = tmp_path / "prices.yaml"
    file.write_text(text)
    with pytest.raises(UnreadableTable) as refused:
        load_models(file)
    assert str(file) in str(refused.value)
    assert told in str(refused.value)


def test_a_file_that_is_not_there_is_told_by_its_setting(tmp_path: Path):
    with pytest.raises(UnreadableTable, match="BELLHOP_AI_PRICES"):
        load_models(tmp_path / "nothing.yaml")


def test_an_unknown_price_is_counted_each_time_and_warned_of_once(caplog, capsys):
    pricing = Pricing(TABLE)
    labels = {"vendor": "ollama", "model": "llama"}
    before = REGISTRY.get_sample_value("bellhop_ai_unpriced_total", labels) or 0
    assert [pricing.cost("ollama", "llama", ONE_EACH) for _ in range(3)] == [None] * 3
    assert REGISTRY.get_sample_value("bellhop_ai_unpriced_total", labels) == before + 3
    told = capsys.readouterr().out + caplog.text
    assert told.count("BELLHOP_AI_PRICES") == 1


def test_models_are_unpriced_that_may_be_asked_and_are_not_in_the_table():
    def of(*candidates: str) -> tuple[Candidate, ...]:
        return tuple(Candidate(vendor=vendor, model="m") for vendor in candidates)

    disabled = Candidate(vendor="openai", model="gpt-9", enabled=False)
    known = Candidate(vendor="openai", model="gpt-4o-mini-2024-07-18")
    tiers = {"small": (*of("ollama"), disabled, known), "large": of("groq", "ollama", "vllm")}
    policy = AiPolicy.model_validate({"tiers": tiers, "purposes": {}, "off": ("vllm",)})
    assert Pricing(TABLE).unpriced(policy) == ["ollama/m", "groq/m"]
    assert Pricing(TABLE).unpriced(default_policy()) == []


def test_every_model_of_bellhops_own_policy_has_a_price_and_is_dearer_in_a_higher_tier_of_its_vendor():
    policy = default_policy()
    paid = {
        (one.vendor, tier): cost(TABLE, one.vendor, one.model, ONE_EACH)
        for tier in TIERS
        for one in policy.tiers[tier]
    }
    assert None not in paid.values()
    for vendor in ("openai", "anthropic", "gemini", "openrouter"):
        small, medium, large = (paid[vendor, tier] for tier in TIERS)
        assert small < medium < large
    assert {"understand", "answer", "summarise"} == set(policy.purposes)
    assert policy.budget.day is policy.budget.month is None
