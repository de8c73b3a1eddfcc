"""The commands `bellhop timeline` and `bellhop why`. Each imports what it needs when it is called."""

# ruff: noqa: PLC0415

from typing import Annotated

import typer

_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


def timeline(
    ref: Annotated[str, typer.Argument(metavar="ANY_ID", help="A phone number, or any id.")],
    since: Annotated[
        str | None, typer.Option(help="Only what was recorded since: 24h, yesterday, 2026-11-20T10:00.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Not only the newest ten turns.")] = False,
    raw: _Json = False,
) -> None:
    """Show what led to what: from a customer's message to the answer and its receipts, step by step.

    ANY_ID: a customer's number or chat id, or the id of a conversation, an event, a correlation, a message
    (ours or the vendor's), a booking. ⏳ is how long a step waited, ⚙ how long it worked.
    docs/runbooks/timeline.md explains it. Exit codes: 0 shown, 1 nothing found or not reached, 2 not
    understood.
    """
    from ops.timeline.command import show_timeline

    raise typer.Exit(show_timeline(ref, since, everything=everything, raw=raw))


def why(
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE_ID", help="The message's id, ours or the vendor's.")
    ],
    raw: _Json = False,
) -> None:
    """Say why a message was sent or not: opt-out, pause, window, the vendor's answer, with the proofs.

    Of a message that came in: what was decided about it. Exit codes: 0 told, 1 nothing found or not reached.
    """
    from ops.timeline.command import show_why

    raise typer.Exit(show_why(message, raw=raw))
