"""Asking the gateway for prompts, and telling what it says."""

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.text import Text

from ops.api import Api, ApiProblem
from ops.prompts.views import Found

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_NOT_FOUND: Final = 404


class NotUnderstood(Exception):
    """What was asked for is not there, or cannot be read; the message says what is."""


def with_api(work: Callable[[Api], int], else_: int = WRONG) -> int:
    """Its exit code, or `else_` where the gateway refuses or cannot be reached."""
    try:
        return work(Api.of_running_stack())
    except NotUnderstood as problem:
        _say(str(problem))
        return MISUNDERSTOOD
    except ApiProblem as problem:
        for line in _in_words(problem):
            _say(line)
        return else_


def _in_words(problem: ApiProblem) -> list[str]:
    if problem.status == _NOT_FOUND:
        return ["no business is called that: `bellhop tenants list` tells them"]
    return [f"{one['field']}: {one['problem']}" for one in problem.errors] or [str(problem)]


def prompts_of(api: Api, tenant: str) -> list[Found]:
    """What a business has decided, by purpose. Raises ApiProblem."""
    found: list[Found] = api.request("GET", path_of(tenant))["items"]
    return found


def purpose_of(api: Api, tenant: str, purpose: str) -> Found:
    """One of them. Raises NotUnderstood and ApiProblem."""
    known = {one["purpose"]: one for one in prompts_of(api, tenant)}
    if purpose not in known:
        raise NotUnderstood(f"{purpose} has no prompt; there are {', '.join(known)}")
    return known[purpose]


def texts_of(item: Found, version: str) -> dict[str, str]:
    """Those of a version, or of the draft. Raises NotUnderstood."""
    known = {one["version"]: one["texts"] for one in item["versions"]}
    if item["draft"]:
        known["draft"] = item["draft"]
    if version not in known:
        raise NotUnderstood(f"{version} is not there; there are {', '.join(known)}")
    found: dict[str, str] = known[version]
    return found


def path_of(tenant: str, *rest: str) -> str:
    """Their address."""
    return "/".join(quote(one, safe="") for one in ("", "api", "v1", "tenants", tenant, "prompts", *rest))


def tell(found: Any, *, raw: bool, look: Callable[[], RenderableType]) -> int:
    """As JSON, or as `look` shows it."""
    if raw:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        shown = look()
        Console().print(shown, soft_wrap=isinstance(shown, Text))  # what was one line stays one
    return FINE


def _say(problem: str) -> None:
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")
