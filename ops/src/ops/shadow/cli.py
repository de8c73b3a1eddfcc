"""The command `bellhop shadow`. It imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def shadow(
    *,
    code: Annotated[
        Path | None,
        typer.Option(help="Checkout of the candidate; else this code.", exists=True, file_okay=False),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="What a business shall be instead.", exists=True, dir_okay=False)
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="Prompts in place of ours.", exists=True, file_okay=False)
    ] = None,
    since: Annotated[str | None, typer.Option(help="From then on: 1h, yesterday; else from now on.")] = None,
    for_: Annotated[
        str | None, typer.Option("--for", help="End after 30s, 10m, 2h; else with Ctrl-C.")
    ] = None,
    turns: Annotated[int | None, typer.Option(help="End after so many turns.", min=1)] = None,
    patience: Annotated[float, typer.Option(help="Seconds a turn may wait for the candidate.", min=1)] = 60,
    raw: Annotated[
        bool, typer.Option("--json", help="A line for each turn, and the sums as the last.")
    ] = False,
) -> None:
    """Let a candidate decide beside the live conversation service, and see how far they agree.

    It gets a copy of the traffic out of the record, and what it says goes to nobody: slow or broken, it is
    not felt. docs/runbooks/shadow.md says when to promote it.

    Exit codes: 0 all alike, 1 something differs or less than half was compared, 2 not understood, or the
    candidate does not start, 3 nothing runs.
    """
    from ops.moments import moment
    from ops.shadow.command import Wish
    from ops.shadow.command import shadow as run

    now = datetime.now(UTC).astimezone()
    try:
        begin = moment(since, now) if since else None
        seconds = (now - moment(for_, now)).total_seconds() if for_ else None
    except ValueError as problem:
        raise typer.BadParameter(str(problem)) from None
    raise typer.Exit(run(Wish(code, config, prompts, begin, seconds, turns, patience, raw=raw)))
