"""The AI vendors: those of the settings while nothing runs, else how the running router finds them."""

from collections.abc import Iterator, Mapping
from typing import Final

from ops.ai.checking import what_to_do
from ops.ai.words import Told
from ops.api import Api, ApiProblem
from ops.examination.finding import Finding
from ops.up.ai_vendors import stand_ins
from ops.up.banner import ai

_PASSING: Final = "rate_limited"
"""Why a key rests when all is well again by itself."""


def examine_ai(environment: Mapping[str, str], *, running: bool) -> Iterator[Finding]:
    """Who answers what rules cannot. Without any key nothing is wrong."""
    if not running:
        yield Finding("AI", well=True, words=_in_settings(environment))
        return
    try:
        told = Api.of_running_stack().request("GET", "/api/v1/ai")
    except ApiProblem as problem:
        yield Finding("AI", False, f"not told: {problem}", "look at the gateway and the ai-router below")
        return
    yield from in_force(told)


def in_force(told: Told) -> Iterator[Finding]:
    """Whether anybody can be asked, then each vendor that cannot, and keys that somebody has to mend."""
    if told["offline"]:
        yield Finding("AI", well=True, words="offline: answering by rules; .env.example names the keys")
        return
    ready = [one["vendor"] for one in told["vendors"] if one["state"] == "ready" and one["models"]]
    words = f"ready: {', '.join(ready)}" if ready else "no vendor can be asked: rules answer alone"
    yield Finding("AI", bool(ready), words, "`bellhop ai status` shows why")
    for vendor in told["vendors"]:
        yield from _vendor(vendor)


def _vendor(told: Told) -> Iterator[Finding]:
    organ = f"AI: {told['vendor']}"
    for reason, keys in _troubles(told["keys"]).items():
        yield Finding(organ, False, f"{', '.join(keys)}: {reason}", what_to_do(told["vendor"], reason))
    if told["state"] == "circuit open":
        step = "nothing, if it is the vendor's: it is asked again by itself; else `bellhop ai check`"
        yield Finding(organ, False, f"keeps failing and is left alone: {told['why']}", step)
    if not told["models"] and told["state"] != "off":
        yield Finding(
            organ, False, "has a key, but no model in any tier", what_to_do(told["vendor"], "unfit")
        )


def _troubles(keys: list[Told]) -> dict[str, list[str]]:
    """Keys that are not used until somebody does something, by reason."""
    troubles: dict[str, list[str]] = {}
    for key in keys:
        reason = key["why"].partition(":")[0]
        if key["state"] != "ready" and reason != _PASSING:
            troubles.setdefault(reason, []).append(key["shown"])
    return troubles


def _in_settings(environment: Mapping[str, str]) -> str:
    if environment.get("BELLHOP_SANDBOX_AI", "").lower() in ("1", "true", "t", "yes", "y", "on"):
        return ai(stand_ins("", environment), sandbox=True)
    return ai(environment)
