"""The commands `bellhop failures …`. Each imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

failures = typer.Typer()

_Json = Annotated[bool, typer.Option("--json", help="For programs.")]
_Ids = Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Ids of failures.")]
_Groups = Annotated[list[str] | None, typer.Option("--group", help="All of a group; may be given again.")]
_All = Annotated[bool, typer.Option("--all", help="All that is open.")]
_OfTenant = Annotated[str | None, typer.Option("--tenant", help="Only those of this business.")]
_PerSecond = Annotated[float, typer.Option(help="At most so many a second.", min=0.01, max=1000)]


@failures.callback()
def groups(context: typer.Context, raw: _Json = False) -> None:
    """What went wrong anywhere: look at it, try it again, edit it, give it up.

    Alone it lists all open failures in groups. docs/runbooks/failures.md walks through it.

    Exit codes: 0 done, 1 not done, or a service could not be asked, 2 not understood.
    """
    from ops.failures.commands import show_groups

    if context.invoked_subcommand is None:
        raise typer.Exit(show_groups(raw=raw))


@failures.command("list")
def list_(
    group: Annotated[str | None, typer.Option(help="Only those of this group.")] = None,
    tenant: _OfTenant = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 50,
    raw: _Json = False,
) -> None:
    """List failures one by one, with their ids."""
    from ops.failures.commands import show_list

    raise typer.Exit(show_list(group, tenant, limit, raw=raw))


@failures.command("show")
def show_(failure: Annotated[str, typer.Argument(metavar="ID")], raw: _Json = False) -> None:
    """Show one failure: payload, headers, log lines of the failing try, and what was done about it."""
    from ops.failures.commands import show

    raise typer.Exit(show(failure, raw=raw))


@failures.command("retry")
def retry(
    *,
    ids: _Ids = None,
    group: _Groups = None,
    everything: _All = False,
    tenant: _OfTenant = None,
    per_second: _PerSecond = 50,
    raw: _Json = False,
) -> None:
    """Hand failures to their consumers again, each conversation in its order. Repeating it is safe."""
    from ops.failures.commands import repair
    from ops.failures.desk import Choice

    choice = partial(Choice, ids or (), group or (), everything, tenant)
    raise typer.Exit(repair("retry", choice, per_second=per_second, raw=raw))


@failures.command("edit")
def edit_(
    failure: Annotated[str, typer.Argument(metavar="ID")],
    file: Annotated[
        Path | None, typer.Option(help="The whole event as JSON; - reads it. Else $EDITOR opens.")
    ] = None,
    raw: _Json = False,
) -> None:
    """Change the event of a failure and try it again. What it was before, and who did it, is kept."""
    from ops.failures.commands import edit

    raise typer.Exit(edit(failure, file, raw=raw))


@failures.command("discard")
def discard(
    *,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    ids: _Ids = None,
    group: _Groups = None,
    everything: _All = False,
    tenant: _OfTenant = None,
    raw: _Json = False,
) -> None:
    """Give failures up for good, with a record. What waits behind one in its conversation goes on."""
    from ops.failures.commands import repair
    from ops.failures.desk import Choice

    choice = partial(Choice, ids or (), group or (), everything, tenant)
    raise typer.Exit(repair("discard", choice, per_second=1000, reason=reason, raw=raw))
