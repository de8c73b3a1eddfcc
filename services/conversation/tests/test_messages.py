"""Every language says everything, with the same blanks to fill."""

import string
from decimal import Decimal

import pytest

from contracts.tenants import TenantConfig
from conversation.domain.phrases import Phrases
from conversation.messages import MESSAGES


def blanks(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("language", MESSAGES)
def test_same_keys_and_placeholders(language):
    italian = {key: blanks(message) for key, message in MESSAGES["it"].items()}
    assert {key: blanks(message) for key, message in MESSAGES[language].items()} == italian


@pytest.mark.parametrize("language", MESSAGES)
def test_every_message_renders(language, salon: TenantConfig):
    phrases = Phrases(language, salon)
    for key, message in MESSAGES[language].items():
        text = phrases(key, **dict.fromkeys(blanks(message), "¶"))
        assert text.strip(), key
        assert "{" not in text


@pytest.mark.parametrize(
    ("language", "country", "amount", "said"),
    [
        ("it", "IT", "22", "22 €"),
        ("it", "IT", "20.50", "20,50 €"),
        ("en", "US", "199", "$199"),
        ("fr", "SN", "1000", "1 000 F CFA"),
    ],
)
def test_money_has_cents_only_where_there_are_any(salon, language, country, amount, said):
    currency = {"US": "USD", "SN": "XOF"}.get(country, "EUR")
    config = salon.model_copy(update={"country": country, "currency": currency})
    assert Phrases(language, config).money(Decimal(amount)) == said
