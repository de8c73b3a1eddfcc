"""The command; each function returns the exit code."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from rich.console import Console, RenderableType
from rich.markup import escape

from contracts import channels
from ops.ai.usage.cli import By
from ops.ai.usage.tables import Side, conversation, sums
from ops.ai.words import Told
from ops.api import Api, ApiProblem

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_MOST: Final = 200
_MONTHS: Final = 12
_SIDES: Final[dict[By, Side]] = {
    "day": Side("days", "Day"), "month": Side("months", "Month"), "purpose": Side("purposes", "Purpose"),
    "prompt": Side("prompts", "Prompt"), "tenant": Side("tenants", "Business"),
    "model": Side("models", "Model", of_calls=True), "key": Side("keys", "Key", of_calls=True),
}  # fmt: skip


class Unclear(Exception):
    """What was asked for is not there; the message says what to do."""


@dataclass(frozen=True)
class Span:
    """Whose figures, of which days, seen from which side; None: everybody's, this month's, the nearest."""

    tenant: str | None = None
    since: date | None = None
    until: date | None = None
    by: By | None = None

    @property
    def side(self) -> Side:
        """Several businesses are told apart, one business's days are."""
        return _SIDES[self.by or ("day" if self.tenant else "tenant")]

    def first(self, today: date) -> date | None:
        """By month a single one tells little: then it is the last twelve."""
        if self.since or self.by != "month":
            return self.since
        months = (self.until or today).year * 12 + (self.until or today).month - _MONTHS
        return date(months // 12, months % 12 + 1, 1)


def day(text: str, today: date) -> date:
    """2026-11-20, today or yesterday. Raises ValueError."""
    word = text.strip().lower()
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ValueError(f"{text!r} is no day: write 2026-11-20, today or yesterday") from None


def show_usage(span: Span, today: date, *, raw: bool) -> int:
    """Figures from one side with their total, then the budgets."""

    def work(api: Api) -> Told:
        _known(api, span.tenant)
        asked = {"tenant": span.tenant, "since": span.first(today), "until": span.until}
        query = urlencode({name: value for name, value in asked.items() if value})
        found: Told = api.request("GET", f"/api/v1/ai/usage?{query}")
        return found

    return _with_api(work, lambda told: sums(told, span.side, span.until), raw=raw)


def show_conversation(tenant: str | None, ref: str, *, raw: bool) -> int:
    """Its questions. `ref`: the conversation's id, or whatever the record finds it by."""

    def work(api: Api) -> Told:
        _known(api, tenant)
        found = _questions(api, tenant, ref) or _by_the_record(api, tenant, ref)
        if not found:
            hint = "`bellhop timeline` shows what it is; rules may have answered alone"
            raise Unclear(f"no AI was asked in a conversation {ref}: {hint}")
        return {"items": found}

    return _with_api(work, lambda told: conversation(told["items"], _MOST), raw=raw)


def _questions(api: Api, tenant: str | None, ref: str) -> list[Told]:
    whose = {"tenant": tenant} if tenant else {}
    query = urlencode({"conversation": ref.strip(), "limit": _MOST} | whose)
    found: list[Told] = api.request("GET", f"/api/v1/ai/questions?{query}")["items"]
    return found


def _by_the_record(api: Api, tenant: str | None, ref: str) -> list[Told]:
    try:
        (event,) = api.request("GET", f"/api/v1/record/{quote(ref.strip(), safe='')}?limit=1")["events"]
    except ApiProblem as problem:
        if problem.status == 404:
            return []
        raise
    mine = tenant in (None, event["tenantid"])
    return _questions(api, event["tenantid"], event["partitionkey"]) if mine else []


def _known(api: Api, tenant: str | None) -> None:
    """Raises Unclear for a business that is none."""
    if tenant in (None, channels.SYSTEM):  # what trials cost is kept under Bellhop's own name
        return
    try:
        api.request("GET", f"/api/v1/tenants/{quote(tenant, safe='')}")
    except ApiProblem as problem:
        if problem.status == 404:
            raise Unclear(f"no business is called {tenant}: `bellhop tenants list` tells them") from None
        raise


def _with_api(work: Callable[[Api], Told], look: Callable[[Told], RenderableType], *, raw: bool) -> int:
    try:
        told = work(Api.of_running_stack())
    except Unclear as unclear:
        return _say(str(unclear), WRONG)
    except ApiProblem as problem:
        return _say(str(problem), MISUNDERSTOOD if problem.status == 422 else WRONG)
    if raw:
        print(json.dumps(told, indent=2))
    else:
        Console(highlight=False).print(look(told))
    return FINE


def _say(problem: str, code: int) -> int:
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")
    return code
