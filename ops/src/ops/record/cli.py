"""The commands `bellhop events …`. Each imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

events = typer.Typer()

_Since = Annotated[str | None, typer.Option(help="From then on: 2h, 30m, yesterday, 2026-11-20T10:00.")]


@events.callback()
def show(
    context: typer.Context,
    *,
    tenant: Annotated[str | None, typer.Option(help="Only those of this business.")] = None,
    conversation: Annotated[
        str | None, typer.Option(help="Only this conversation: its id, or the customer's number or address.")
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type", help="Only this type, as booking.confirmed or 'booking.*'; may be given again."
        ),
    ] = None,
    since: _Since = None,
    until: Annotated[str | None, typer.Option(help="Before then; written like --since.")] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", help="The newest so many: 50, with --json all.", min=0),
    ] = None,
    before: Annotated[int | None, typer.Option(help="Only what lies before this offset.", min=0)] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
    raw: Annotated[
        bool,
        typer.Option("--json", help="Whole events as JSON lines, as `bellhop replay --record` reads them."),
    ] = False,
) -> None:
    """Show the record: every event there was, in order. Alone it shows the newest ones.

    Times are of this terminal's zone unless one is given. --json is complete: it holds what customers
    wrote, and who they are. docs/runbooks/record.md walks through it.

    Exit codes: 0 shown, 2 not understood, or the record cannot be read.
    """
    from ops.record.choice import Choice
    from ops.record.command import Showing, show_events

    if context.invoked_subcommand is not None:
        return
    choice = Choice(tenant, conversation, tuple(types or ()), _moment(since), _moment(until))
    raise typer.Exit(show_events(choice, Showing(limit, before, follow, raw)))


def _moment(text: str | None) -> datetime | None:
    from ops.moments import moment

    try:
        return moment(text, datetime.now().astimezone()) if text else None
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None


@events.command("check")
def check_(
    *,
    since: Annotated[str, typer.Option(help="What was recorded since: 2h, yesterday, beginning.")] = "24h",
    until: Annotated[str | None, typer.Option(help="Before then; written like --since.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Only what is of this business.")] = None,
    sample: Annotated[int, typer.Option(help="So many of each type, by lot.", min=1)] = 200,
    seed: Annotated[int, typer.Option(help="Another one draws other lots.")] = 1,
    code: Annotated[
        Path | None,
        typer.Option(help="On the models of this checkout; else those here.", exists=True, file_okay=False),
    ] = None,
    raw: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Would all consumers understand what was recorded? Say so before a change of the contracts goes out.

    Tries a sample of the record on the models of every consumer in the catalogue, and names the consumer, the
    event and the field that break. A type that the code does not know is a break as well.

    Exit codes: 0 all is understood, 1 something is not, 2 not understood or not possible, 3 nothing found.
    """
    from ops.record.check import Checking, check_events
    from ops.record.choice import Choice

    choice = Choice(tenant=tenant, since=_moment(since), until=_moment(until))
    raise typer.Exit(check_events(Checking(choice, sample, seed, code, raw)))
