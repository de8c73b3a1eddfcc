"""How the AI router looks in a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from ops.ai.words import Told, clock, coloured, dollars, failed, seconds, share

OFFLINE = (
    "[yellow]offline: answering by rules.[/yellow] No AI vendor has a key. Set one of"
    " [bold]BELLHOP_OPENAI_API_KEYS[/bold], [bold]BELLHOP_ANTHROPIC_API_KEYS[/bold],"
    " [bold]BELLHOP_GEMINI_API_KEYS[/bold], [bold]BELLHOP_OPENROUTER_API_KEYS[/bold] (several keys: separated"
    " by commas) and start again; then try them: [bold]bellhop ai check[/bold]. Without any key,"
    " [bold]bellhop up --sandbox-ai[/bold] plays four vendors for nothing."
)


def overview(told: Told) -> RenderableType:
    """Vendors and keys, circuits that are not closed, models, and lines of sums."""
    if told["offline"]:
        return OFFLINE
    parts: list[RenderableType] = [_keys(told["vendors"])]
    if told["circuits"]:  # before the long table: a low terminal shows the first lines
        parts.append(circuits_table(told["circuits"]))
    parts += [_models(told["vendors"]), *_sums(told)]
    return Group(*parts)


def _keys(vendors: Iterable[Told]) -> Table:
    table = Table(Column("Key", no_wrap=True), Column("State", min_width=12), *_figures())
    for vendor in vendors:
        for key in vendor["keys"]:
            table.add_row(escape(key["shown"]), _state(vendor, key), *_of(key))
    return table


def _state(vendor: Told, key: Told) -> str:
    """The vendor's where that keeps all its keys from being used, else the key's."""
    worse = vendor if vendor["state"] in ("off", "resting", "retired") and key["state"] == "ready" else key
    until = f" until {clock(worse['until'])}" if worse["until"] else ""
    why = f": {worse['why']}" if worse["why"] else ""
    left = f", {dollars(key['credit'])} left" if key.get("credit") else ""
    return f"{coloured(worse['state'])}{until}{escape(why)}{left}"


def _models(vendors: Iterable[Told]) -> Table:
    table = Table(Column("Model", overflow="fold"), "Tier", *_figures())
    for vendor in vendors:
        for model in vendor["models"]:
            table.add_row(
                f"{vendor['vendor']}/{escape(model['model'])}", ", ".join(model["tiers"]), *_of(model)
            )
    return table


def _figures() -> list[Column]:
    return [Column(name, justify="right", no_wrap=True) for name in ("Calls", "Failed", "p50", "p95")]


def _of(one: Told) -> Iterator[str]:
    if one["calls"] is None:
        return iter(("?", "?", "", ""))
    return iter((
        str(one["calls"]), failed(one["failures"], one["calls"]), seconds(one["p50"]), seconds(one["p95"]),
    ))  # fmt: skip


def circuits_table(circuits: Iterable[Told]) -> Table:
    """Those that are not closed: since when, why, and when one call probes."""
    table = Table(
        Column("Circuit", overflow="fold"), "State", Column("Since", no_wrap=True),
        Column("Probe", no_wrap=True), Column("Why", overflow="fold"),
    )  # fmt: skip
    for one in circuits:
        place = "/".join(filter(None, (one["vendor"], one["model"], one["key"])))
        table.add_row(
            escape(place), coloured(one["state"]), clock(one["since"]), _probe(one), escape(one["why"])
        )
    return table


def _probe(circuit: Told) -> str:
    return clock(circuit["until"]) if circuit["state"] == "open" else "by the next question"


def _sums(told: Told) -> Iterator[str]:
    hand = told["in_hand"]
    waited = f", waited {seconds(hand['waited_p95'])} (p95)" if hand["waited_p95"] is not None else ""
    more = f", {hand['waiting']} more wait for a place" if hand["waiting"] else ""
    yield f"In hand: {hand['now']} of {hand['most']} a replica{more}{waited}"
    calls, cache = told["calls"], told["cache"]
    if calls is None:
        yield "[yellow]Redis is away: no figures of the last minutes[/yellow]"
        return
    asked = cache["hits"] + cache["misses"]
    went = ", ".join(f"{count} {escape(what)}" for what, count in calls["outcomes"].items()) or "none"
    yield f"Calls of the last {told['minutes']} minutes: {went}"
    if asked:
        yield f"Cache: {cache['hits']} of {asked} questions ({share(cache['hits'], asked)})"
