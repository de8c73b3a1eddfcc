"""The commands `bellhop golden …`. Each imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

golden = typer.Typer(
    no_args_is_help=True,
    help="Golden conversations: recorded ones without personal data, that must be said the same for ever.\n\n"
    "docs/runbooks/golden.md walks through it.",
)

_Folder = Annotated[
    Path | None, typer.Option("--dir", help="Where they lie; tests/golden of the checkout.", file_okay=False)
]


@golden.command("record")
def record_(
    *,
    ref: Annotated[str, typer.Argument(metavar="CONVERSATION", help="Its id, or any id of something in it.")],
    name: Annotated[str | None, typer.Option(help="Of the fixture; else made of business and id.")] = None,
    note: Annotated[str, typer.Option(help="What this conversation is to show.")] = "",
    also: Annotated[list[str] | None, typer.Option(help="A name no rule finds; may be given again.")] = None,
    record: Annotated[
        Path | None, typer.Option(help="Events as JSON lines instead of the running stack.", exists=True)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder; tests/golden of the checkout.", file_okay=False)
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take today's words where they differ.")] = False,
) -> None:
    """Keep a recorded conversation as a fixture, with nobody to be known in it.

    Names, numbers, addresses and ids become tokens; times stay. Exit codes: 0 written, 1 refused (something
    personal is left, or it is said otherwise today), 2 not found.
    """
    from rich.console import Console
    from rich.markup import escape

    from ops.api import ApiProblem
    from ops.golden.commands import NOT_FOUND, golden_dir, keep
    from ops.golden.finding import Wish, find
    from ops.record.place import NoRecord
    from ops.replay.isolation import no_network

    console = Console(highlight=False, soft_wrap=True)
    wish = Wish(ref, name, note, tuple(also or ()), record, accept)
    try:
        history = find(wish)
    except (ApiProblem, NoRecord, OSError) as problem:
        console.print(f"[red]✗[/red] {escape(str(problem))}")
        raise typer.Exit(NOT_FOUND) from None
    no_network()
    raise typer.Exit(keep(history, wish, golden_dir(out), console))


@golden.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Some of them; else all.")] = None,
    folder: _Folder = None,
) -> None:
    """Say all golden conversations again, and show what is not as it was.

    Exit codes: 0 all is as it was, 1 something drifted, 2 no such conversation.
    """
    from rich.console import Console

    from ops.golden.commands import golden_dir, verify
    from ops.replay.isolation import no_network

    no_network()
    console = Console(highlight=False, soft_wrap=True)
    raise typer.Exit(verify(golden_dir(folder), names or (), console))


@golden.command()
def accept(name: Annotated[str, typer.Argument(help="Which one.")], folder: _Folder = None) -> None:
    """Take what is said today as the new truth of one golden conversation, after showing what changed.

    Exit codes: 0 it holds today's words, 1 it cannot (record it anew), 2 no such conversation.
    """
    from rich.console import Console

    from ops.golden.commands import accept as renew
    from ops.golden.commands import golden_dir
    from ops.replay.isolation import no_network

    no_network()
    raise typer.Exit(renew(golden_dir(folder), name, Console(highlight=False, soft_wrap=True)))
