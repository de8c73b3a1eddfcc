"""What the settings say when they do not fit: which of them, and never a key."""

import json

import pytest
from pydantic import ValidationError

from ai_router.settings import AiRouterSettings
from ai_router.vendors import named
from chassis.settings import explain

KEY = "gsk-secret-key-of-ours"
GROQ = {"name": "groq", "base_url": "https://api.groq.com/openai/v1", "model": "llama", "keys": [KEY]}


@pytest.mark.parametrize(
    ("vendors", "place"),
    [
        (json.dumps([GROQ])[:-2], "Invalid JSON"),
        (json.dumps([GROQ | {"keys": KEY}]), "0.keys"),
        (json.dumps([GROQ | {"name": KEY.upper()}]), "0.name"),
        (json.dumps([GROQ | {"auth": KEY}]), "0.auth"),
        (json.dumps([GROQ, {**GROQ, "model": None}]), "1.model"),
        (json.dumps([GROQ, GROQ]), "give another name to groq"),
        (json.dumps([GROQ | {"name": "openai"}]), "give another name to openai"),
    ],
)
def test_a_vendor_that_does_not_fit_is_told_by_its_place(monkeypatch, vendors, place):
    monkeypatch.setenv("BELLHOP_AI_VENDORS", vendors)
    with pytest.raises(ValidationError) as refused:
        AiRouterSettings()
    assert place in explain(refused.value)
    assert "secret" not in f"{refused.value} {explain(refused.value)}".lower()


def test_keys_are_in_no_print_of_settings_vendors_or_keys(monkeypatch):
    monkeypatch.setenv("BELLHOP_AI_VENDORS", json.dumps([GROQ]))
    settings = AiRouterSettings(openai_api_keys=f"{KEY}-1, {KEY}-2,,{KEY}-1")
    vendors = named(settings)
    assert [(one.name, len(one.keys)) for one in vendors] == [("openai", 2), ("groq", 1)]
    assert "secret" not in f"{settings!r} {vendors!r}"
