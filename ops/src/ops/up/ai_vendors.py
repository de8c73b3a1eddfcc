"""Which AI vendors a running stack asks: those the user has keys for, or the sandbox's stand-ins. Pure."""

import json
from collections.abc import Mapping
from typing import Final

_STAND_INS: Final = {
    "openai": ("/ai/openai/v1", 3),
    "anthropic": ("/ai/anthropic", 1),
    "gemini": ("/ai/gemini", 1),
    "openrouter": ("/ai/openrouter/api/v1", 1),
}
"""Where the sandbox stands in for each vendor, and how many keys it gets."""

OTHERS: Final = "BELLHOP_AI_VENDORS"
"""More servers, with their keys, as a JSON list."""
_SANDBOX_KEY = "sandbox-"

AI_SECRETS: Final = frozenset(
    {OTHERS} | {f"BELLHOP_{one.upper()}_{what}" for one in _STAND_INS for what in ("API_KEYS", "BASE_URL")}
)
"""Settings that nobody but the ai-router is handed."""


def stand_ins(sandbox_url: str, user: Mapping[str, str]) -> dict[str, str]:
    """Settings that lead every question to the sandbox. Keys of the user's stay if they are the sandbox's."""
    settings = {OTHERS: ""}
    for vendor, (path, count) in _STAND_INS.items():
        name = f"BELLHOP_{vendor.upper()}"
        own = _keys(user.get(f"{name}_API_KEYS", ""))
        fit = own and all(key.startswith(_SANDBOX_KEY) for key in own)
        made = [f"{_SANDBOX_KEY}{vendor}-{number}" for number in range(1, count + 1)]
        settings[f"{name}_API_KEYS"] = ",".join(own if fit else made)
        settings[f"{name}_BASE_URL"] = sandbox_url + path
    return settings


def described(environment: Mapping[str, str]) -> str:
    """The vendors with their number of keys, never a key; empty if there are none."""
    counts = {one: len(_keys(environment.get(f"BELLHOP_{one.upper()}_API_KEYS", ""))) for one in _STAND_INS}
    named = [f"{one} ({count} key{'s' * (count > 1)})" for one, count in counts.items() if count]
    return ", ".join(named + _others(environment.get(OTHERS) or "[]"))


def _keys(setting: str) -> list[str]:
    return [key.strip() for key in setting.split(",") if key.strip()]


def _others(setting: str) -> list[str]:
    """What the ai-router would not take is its to explain."""
    try:
        return [str(one["name"]) for one in json.loads(setting)]
    except (ValueError, TypeError, LookupError):
        return [f"what {OTHERS} names"]
