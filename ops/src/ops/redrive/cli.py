"""The command `bellhop redrive`. It imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from typing import Annotated

import typer


def redrive(
    *,
    service: Annotated[
        str, typer.Option("--to", metavar="SERVICE", help="Who shall get them; nobody else does.")
    ],
    types: Annotated[
        list[str],
        typer.Option("--type", metavar="TYPE", help="As booking.requested.v1, or 'booking*'; repeatable."),
    ],
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="2h, 30m, yesterday, beginning, or 2026-11-20T10:00.")
    ],
    until: Annotated[
        str, typer.Option(metavar="WHEN", help="What was recorded then and later is not meant.")
    ] = "now",
    tenant: Annotated[str | None, typer.Option(help="Of this business alone.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Of this conversation alone, by its id.")] = None,
    per_second: Annotated[float, typer.Option(help="At most so many a second.", min=0.01, max=5000)] = 50,
    from_offset: Annotated[
        int | None,
        typer.Option(help="Go on from this place in the record, as one that was stopped said.", min=0),
    ] = None,
    again: Annotated[
        str | None, typer.Option(metavar="REASON", help="Handle even what was handled, as new; say why.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Hand recorded events to one service again: to repair after a bug, or to fill a new projection.

    Shows what would be done and asks. Whoever has handled an event recognises it; Ctrl-C stops cleanly.
    docs/runbooks/redrive.md walks through it. Exit codes: 0 done or only looked, 1 not done, 2 not
    understood, 130 stopped.
    """
    from ops.redrive.command import Way
    from ops.redrive.command import redrive as hand_out
    from ops.redrive.wish import NotUnderstood, wish_of

    try:
        narrowed = {"tenant": tenant, "conversation": conversation}
        wish = wish_of(service, types, (since, until), again=again, **narrowed)
    except NotUnderstood as problem:
        raise typer.BadParameter(str(problem)) from None
    raise typer.Exit(hand_out(wish, Way(per_second, from_offset, yes)))
