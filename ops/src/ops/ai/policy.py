"""`bellhop ai policy`: shows and changes who serves which tier, while all runs."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml
from rich.console import Console
from rich.markup import escape

from ops.ai.policy_tables import shown, unpriced
from ops.ai.words import Told
from ops.api import Api, ApiProblem

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_PATH: Final = "/api/v1/ai/policy"
_HEARD_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.2


def show(*, raw: bool) -> int:
    """The policy with its version."""

    def work(api: Api) -> int:
        told = api.request("GET", _PATH)
        if raw:
            print(json.dumps(told["policy"], indent=2))
        else:
            Console().print(shown(told))
        return FINE

    return _with_api(work)


def set_from(file: Path) -> int:
    """Sets the policy in a YAML or JSON file."""
    try:
        wanted = yaml.safe_load(file.read_text())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return _say(f"{file} cannot be read: {error}", MISUNDERSTOOD)
    if not isinstance(wanted, dict):
        return _say(f"{file} holds no policy: `bellhop ai policy show --json` shows one", MISUNDERSTOOD)
    return _with_api(lambda api: _set(api, wanted, None))


def switch(vendor: str, *, on: bool) -> int:
    """Asks a vendor again, or no more."""

    def work(api: Api) -> int:
        told = api.request("GET", _PATH)
        policy: Told = told["policy"]
        known = vendors_of(policy)
        if vendor not in known:
            return _say(f"the policy names no vendor {vendor!r}: there are {', '.join(known)}", MISUNDERSTOOD)
        off = [one for one in policy["off"] if one != vendor] + ([] if on else [vendor])
        if sorted(off) == sorted(policy["off"]):
            Console().print(f"{vendor} is {'on' if on else 'off'} already.")
            return FINE
        if len(set(known) - set(off)) == 0:
            Console().print("[yellow]No vendor is left: questions are answered by rules.[/yellow]")
        return _set(api, policy | {"off": off}, told["version"])

    return _with_api(work)


def vendors_of(policy: Told) -> list[str]:
    """All vendors that serve a tier, each once."""
    return list(dict.fromkeys(one["vendor"] for tier in policy["tiers"].values() for one in tier))


def _set(api: Api, policy: Any, replaces: int | None) -> int:
    condition = "" if replaces is None else f"?replaces={replaces}"
    version = api.request("PUT", f"{_PATH}{condition}", policy)["version"]
    end = time.monotonic() + _HEARD_SECONDS
    while ((told := api.request("GET", _PATH))["in_force"] or 0) < version:
        if time.monotonic() > end:
            return _say(
                f"version {version} is stored and told, but the AI router does not go by it yet", WRONG
            )
        time.sleep(_LOOK_SECONDS)
    Console().print(f"[green]✓[/green] version {version} is in force", *unpriced(told), sep="\n")
    return FINE


def _with_api(work: Callable[[Api], int]) -> int:
    try:
        return work(Api.of_running_stack())
    except ApiProblem as problem:
        code = _say(str(problem), WRONG)
        for one in problem.errors:
            _say(f"{one['field']}: {one['problem']}", WRONG)
        return code


def _say(problem: str, code: int) -> int:
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")
    return code
