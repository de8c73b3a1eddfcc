"""The command `bellhop replay`. It imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def replay(
    ref: Annotated[
        str | None,
        typer.Argument(metavar="[CONVERSATION]", help="Its id, or any id of it: a phone number, a message …"),
    ] = None,
    *,
    tenant: Annotated[str | None, typer.Option(help="Conversations of this business, with --since.")] = None,
    since: Annotated[str, typer.Option(help="Those that went on since: 24h, yesterday, 2026-11-20.")] = "24h",
    sample: Annotated[int, typer.Option(help="At most so many of them, by lot.", min=1)] = 500,
    seed: Annotated[int, typer.Option(help="Another one draws other lots.")] = 1,
    record: Annotated[
        Path | None,
        typer.Option(
            help="Conversations in this file, as `bellhop events --json` writes it.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            help="As if the business had always been configured like this.", exists=True, dir_okay=False
        ),
    ] = None,
    prompts: Annotated[
        Path | None,
        typer.Option(help="With the AI's instructions in this folder.", exists=True, file_okay=False),
    ] = None,
    code: Annotated[
        Path | None, typer.Option(help="With the code of this checkout.", exists=True, file_okay=False)
    ] = None,
    live_ai: Annotated[
        bool, typer.Option("--live-ai", help="Ask the configured AI what it was not asked then. Costs money.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show the turns that are alike as well.")] = False,
    raw: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What would be said today? Decide recorded conversations once more, and show where that differs.

    The recorded answers of the AI and the scheduler stand in for them, and nothing is sent: what decides
    cannot reach anybody. Where a question arises that was not asked then, the conversation stops there.
    docs/runbooks/replay.md walks through it.

    Exit codes: 0 nothing differs, 1 something does, 2 not understood or not possible, 3 nothing found.
    """
    from ops.moments import moment
    from ops.replay.command import Wish
    from ops.replay.command import replay as decide_again

    try:
        began = moment(since, datetime.now().astimezone())
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--since") from None
    if sum(one is not None for one in (ref, tenant)) != 1 and not record:
        raise typer.BadParameter("name a conversation (or any id of it), a --tenant, or a --record")
    wish = Wish(
        ref=ref, record=record, tenant=tenant, since=began, sample=sample, seed=seed, config=config,
        prompts=prompts, code=code, live_ai=live_ai, every=every, raw=raw,
    )  # fmt: skip
    raise typer.Exit(decide_again(wish))
