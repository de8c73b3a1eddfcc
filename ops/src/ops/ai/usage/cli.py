"""The command `bellhop ai usage`. It imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from datetime import datetime
from typing import Annotated, Literal

import typer

By = Literal["day", "month", "model", "key", "purpose", "prompt", "tenant"]


def usage(
    tenant: Annotated[
        str | None,
        typer.Argument(metavar="TENANT", help="The business; bellhop: trials and drills; else all."),
    ] = None,
    *,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="The first: 2026-11-20, yesterday; else this month's.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="The last one; else today.")] = None,
    by: Annotated[By | None, typer.Option(help="Else by tenant; with TENANT by day.")] = None,
    conversation: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Each question of one conversation; any id timeline takes."),
    ] = None,
    raw: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what AI has cost, what customers got for it, and what is left of the budgets.

    Days are those of each business's own time zone. [bold]Refused[/bold]: the guard found in an answer what
    the facts do not hold. [bold]Takes[/bold]: the average of vendors' answers.

    Exit codes: 0 shown, 1 nothing is called so, or not told, 2 not understood.
    """
    from ops.ai.usage.command import Span, day, show_conversation, show_usage

    if conversation:
        if since or until or by:
            raise typer.BadParameter("--conversation goes without --since, --until and --by")
        raise typer.Exit(show_conversation(tenant, conversation, raw=raw))
    today = datetime.now().astimezone().date()
    try:
        first, last = (day(one, today) if one else None for one in (since, until))
    except ValueError as unclear:
        raise typer.BadParameter(str(unclear)) from None
    raise typer.Exit(show_usage(Span(tenant, first, last, by), today, raw=raw))
