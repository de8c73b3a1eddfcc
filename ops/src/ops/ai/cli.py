"""The commands `bellhop ai …`. Each imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

import signal
from pathlib import Path
from typing import Annotated

import typer

from ops.ai.usage.cli import usage

ai = typer.Typer(no_args_is_help=True, help="Which AI answers, how well, and for how much.")
policy = typer.Typer(help="Who serves which tier, in which order, and the budgets.")
ai.add_typer(policy, name="policy", invoke_without_command=True)

_Json = Annotated[bool, typer.Option("--json", help="For programs.")]
_Vendor = Annotated[str, typer.Argument(help="As `bellhop ai status` calls it.")]


@ai.command()
def status(
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Go on showing it until Ctrl-C.")] = False,
    raw: _Json = False,
) -> None:
    """Show vendors, keys, circuits, budgets, and how the calls of the last minutes went.

    Exit codes: 0 questions can be answered, 1 not, or not told; without any key 0: rules answer.
    """
    from ops.ai.status import status as show

    raise typer.Exit(show(watch=watch, raw=raw))


ai.command()(usage)


@ai.command()
def check(raw: _Json = False) -> None:
    """Try every key with one small call, which costs next to nothing. A retired one that works is used again.

    Exit codes: 0 all work (or there is none), 1 one does not, or the router could not be asked.
    """
    from ops.ai.checking import check as try_all

    raise typer.Exit(try_all(raw=raw))


@policy.callback()
def policy_show(context: typer.Context, raw: _Json = False) -> None:
    """Show the policy; `set`, `on` and `off` change it while all runs.

    Exit codes: 0 done, 1 not done, 2 not understood.
    """
    from ops.ai.policy import show

    if context.invoked_subcommand is None:
        raise typer.Exit(show(raw=raw))


@policy.command("show")
def policy_show_(raw: _Json = False) -> None:
    """Show who serves which tier, which tiers a purpose tries, and the budgets."""
    from ops.ai.policy import show

    raise typer.Exit(show(raw=raw))


@policy.command("set")
def policy_set(
    file: Annotated[
        Path, typer.Argument(help="YAML, as `show --json` tells it.", exists=True, dir_okay=False)
    ],
) -> None:
    """Set the whole policy. It is in force within a second, everywhere."""
    from ops.ai.policy import set_from

    raise typer.Exit(set_from(file))


@policy.command("on")
def policy_on(vendor: _Vendor) -> None:
    """Ask a vendor again."""
    from ops.ai.policy import switch

    raise typer.Exit(switch(vendor, on=True))


@policy.command("off")
def policy_off(vendor: _Vendor) -> None:
    """Ask a vendor no more, from now on; the others answer."""
    from ops.ai.policy import switch

    raise typer.Exit(switch(vendor, on=False))


@ai.command()
def drill(
    *,
    vendor: Annotated[str, typer.Option(help="Which vendor shall fail.")],
    fault: Annotated[str, typer.Option(help="How: 429, 500, timeout, slow or cut.")],
    for_: Annotated[str, typer.Option("--for", help="How long: 30s, 2m.")] = "60s",
    every: Annotated[str, typer.Option(help="A question every so often: 0.5s.")] = "0.5s",
    lane: Annotated[
        str | None, typer.Option(help="sandbox or shadow; else sandbox where the vendor is simulated.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Real vendors may be called, which costs money.")
    ] = False,
    raw: _Json = False,
) -> None:
    """Let a vendor fail, and see that every question is answered all the same.

    [bold]sandbox[/bold]: the simulated vendor fails, the live router is asked; customers' questions meet the
    fault too. [bold]shadow[/bold]: a router of its own beside the live one, which no customer's question goes
    through, meets the fault; the other vendors are really asked. Ctrl-C ends the fault and waits until the
    vendor is asked again; once more, and it does not wait.

    Exit codes: 0 nothing was lost and the circuit opened and closed, 1 not so, 2 not understood.
    """
    from ops.ai.drill.command import drill as run
    from ops.ai.drill.wish import Unfit, wish_of

    try:
        wish = wish_of(vendor, fault, for_, every, lane, yes=yes)
    except Unfit as problem:
        raise typer.BadParameter(str(problem)) from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the fault ends first
    raise typer.Exit(run(wish, raw=raw))
