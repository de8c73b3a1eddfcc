import pytest
from pydantic import ValidationError

from chassis.settings import ServiceSettings, explain, load


def test_development_starts_with_nothing_set(monkeypatch):
    settings = ServiceSettings()
    assert settings.env == "development"
    assert settings.store_url.get_secret_value().startswith("sqlite:///")


def test_production_refuses_demo_secrets_and_says_what_to_do():
    with pytest.raises(ValidationError) as refused:
        ServiceSettings(env="production")
    told = explain(refused.value)
    assert told.startswith("BELLHOP_SEALING_KEY must be set")
    assert "BELLHOP_INTERNAL_TOKEN must be set" in told
    assert "openssl rand" in told


def test_production_takes_real_ones():
    assert ServiceSettings(env="production", sealing_key="k" * 40, internal_token="t" * 30)


def test_secrets_show_neither_in_prints_nor_in_errors():
    settings = ServiceSettings(sealing_key="s3cr3t-key", internal_token="s3cr3t-token")
    assert "s3cr3t" not in repr(settings)
    with pytest.raises(ValidationError) as refused:
        ServiceSettings(env="production", sealing_key="s3cr3t-but-short")
    assert "s3cr3t" not in str(refused.value)


def test_a_wrong_value_is_told_by_the_name_of_its_variable(monkeypatch):
    monkeypatch.setenv("BELLHOP_HTTP_PORT", "eight")
    with pytest.raises(ValidationError) as refused:
        ServiceSettings()
    assert explain(refused.value).startswith("BELLHOP_HTTP_PORT: ")


def test_a_process_that_cannot_start_says_why_in_plain_words(monkeypatch):
    monkeypatch.setenv("BELLHOP_PREFETCH", "none")
    with pytest.raises(SystemExit, match="cannot start with these settings:\nBELLHOP_PREFETCH: "):
        load(ServiceSettings)
