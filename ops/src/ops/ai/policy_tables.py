"""The AI policy in a terminal."""

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from contracts.ai import TIERS
from ops.ai.words import Told, clock, dollars, share


def shown(told: Told) -> RenderableType:
    """All of it, with what there is to say of it."""
    policy = told["policy"]
    set_by = f", set {clock(told['set_at'])} by {escape(told['set_by'])}" if told["set_by"] else ""
    title = f"Version {told['version']}{set_by}" if told["version"] else "Bellhop's own: none was set"
    late = told["in_force"] not in (None, told["version"])
    parts: list[RenderableType] = [title, _tiers(policy), _purposes(policy), *_limits(policy)]
    if late:
        parts.append(f"[yellow]The AI router still goes by version {told['in_force']}.[/yellow]")
    return Group(*parts, *unpriced(told))


def unpriced(told: Told) -> list[str]:
    """What to do about models of unknown price; nothing where there is none, or it cannot be told."""
    if not told["unpriced"]:
        return []
    models = ", ".join(escape(one) for one in told["unpriced"])
    return [
        f"[yellow]No price is known of {models}: what it costs counts in no budget.[/yellow] Name it in the"
        " file at BELLHOP_AI_PRICES (0 where it is free) and start the AI router again."
    ]


def _tiers(policy: Told) -> Table:
    table = Table("Tier", Column("Model", overflow="fold"), "Part of questions")
    for tier in (one for one in TIERS if one in policy["tiers"]):
        candidates = policy["tiers"][tier]
        whole = sum(one["weight"] for one in candidates if _on(policy, one))
        for n, one in enumerate(candidates):
            part = share(one["weight"], whole) if _on(policy, one) else "[dim]off[/dim]"
            table.add_row("" if n else tier, f"{one['vendor']}/{escape(one['model'])}", part)
    return table


def _on(policy: Told, candidate: Told) -> bool:
    return bool(candidate["enabled"]) and candidate["vendor"] not in policy["off"]


def _purposes(policy: Told) -> Table:
    table = Table("To", "it tries, in order")
    for purpose, tiers in policy["purposes"].items():
        table.add_row(purpose, ", then ".join(tiers))
    return table


def _limits(policy: Told) -> list[str]:
    off = f"[yellow]Off: {', '.join(policy['off'])}[/yellow]"
    return [
        _budget(policy),
        f"{policy['concurrency']} answers of one business at the same time",
        *([off] if policy["off"] else []),
    ]


def _budget(policy: Told) -> str:
    budget = policy["budget"]
    if budget["day"] is None and budget["month"] is None:
        return "Each business may spend any amount, unless it has a budget of its own"
    day, month = (dollars(budget[period]) or "any amount" for period in ("day", "month"))
    warned, cheaper = (share(policy[name], 1) for name in ("warn_at", "cheaper_at"))
    levels = f"warned at {warned}, cheaper from {cheaper} on"
    return f"Each business may spend {day} a day and {month} a month: {levels}"
