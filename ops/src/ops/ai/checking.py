"""`bellhop ai check`: one small call per key, and what to do about those that do not work."""

import json
from typing import Final

from rich.console import Console
from rich.markup import escape

from ops.ai.tables import OFFLINE
from ops.ai.words import Told, seconds
from ops.api import Api, ApiProblem

FINE, WRONG = 0, 1

_CALL_SECONDS: Final = 90.0

_REMEDIES: Final = {
    "refused_key": "the key is wrong, revoked, or may not use this model: replace it in {setting}",
    "no_credit": "the account has no credit: top it up at the vendor's, then `bellhop ai check`",
    "rate_limited": "the key works, but asks too often just now: wait, or add another key to {setting}",
    "overloaded": "the vendor has too much to do: nothing here helps, others answer meanwhile",
    "timeout": "no answer in time: see the vendor's status page, and {base_url}",
    "unreachable": "nobody answers: is {base_url} right, and does this machine reach it?",
    "bad_request": "the vendor does not take the request: does it know this model? see `bellhop ai policy`",
    "malformed": "what answers there does not speak this vendor's language: is {base_url} right?",
    "unfit": "no tier of the policy names a model of this vendor: `bellhop ai policy` shows them",
}
_ELSE: Final = "try again; if it stays so, see the logs of the ai-router"


def check(*, raw: bool) -> int:
    """A line for each key as soon as its answer is there."""
    console = Console()
    try:
        api = Api.of_running_stack()
        told = api.request("GET", "/api/v1/ai")
        keys = [key["key"] for vendor in told["vendors"] for key in vendor["keys"]]
        if not raw and not keys:
            console.print(OFFLINE)
        done = []
        for key in keys:
            with console.status(f"asking with {key} …"):
                done += api.request("POST", "/api/v1/ai/check", {"key": key}, patience=_CALL_SECONDS)["items"]
            if not raw:
                console.print(line(done[-1]))
    except ApiProblem as problem:
        Console(stderr=True).print(f"[red]✗[/red] {escape(str(problem))}")
        return WRONG
    if raw:
        print(json.dumps({"items": [one | {"do": remedy(one)} for one in done]}, indent=2))
    return FINE if all(one["ok"] for one in done) else WRONG


def line(one: Told) -> str:
    """How one key did, as markup; what to do stands below."""
    what = f"{escape(one['shown'])}  {escape(one['model'])}  {seconds(one['seconds'])}".rstrip()
    if one["ok"]:
        again = " [yellow]was retired, is used again[/yellow]" if one["revived"] else ""
        return f"[green]✓[/green] {what}{again}"
    why = ": ".join(filter(None, (one["reason"], one["detail"])))
    return f"[red]✗[/red] {what}  [red]{escape(why)}[/red]\n  {escape(remedy(one))}"


def remedy(one: Told) -> str:
    """What to do about a key that does not work; nothing for one that does."""
    return "" if one["ok"] else what_to_do(one["vendor"], one["reason"])


def what_to_do(vendor: str, reason: str) -> str:
    """Where this is why a vendor's key does not work."""
    name = vendor.upper()
    own = name in ("OPENAI", "ANTHROPIC", "GEMINI", "OPENROUTER")
    setting = f"BELLHOP_{name}_API_KEYS" if own else "BELLHOP_AI_VENDORS"
    base_url = f"BELLHOP_{name}_BASE_URL" if own else "its base_url in BELLHOP_AI_VENDORS"
    return _REMEDIES.get(reason, _ELSE).format(setting=setting, base_url=base_url)
