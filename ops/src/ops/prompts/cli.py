"""The commands `bellhop prompts …`. Each imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


class _ListUnlessTold(TyperGroup):
    """`bellhop prompts lyo` lists, as `bellhop prompts list lyo` does."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        alone = all(one.startswith("-") for one in args[1:])
        is_business = bool(args) and args[0] not in self.commands and alone
        return super().resolve_command(ctx, ["list", *args] if is_business else args)


prompts = typer.Typer(cls=_ListUnlessTold)

_Business = Annotated[str, typer.Argument(metavar="TENANT", help="The business.")]
_Purpose = Annotated[str, typer.Argument(metavar="PURPOSE", help="What the AI is asked for: answer.")]
_Language = Annotated[str | None, typer.Option(help="it, en or fr.")]
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@prompts.callback()
def everybody(context: typer.Context, raw: _Json = False) -> None:
    """What the AI is told for a business: `bellhop prompts [TENANT]` lists versions, drafts, splits.

    A draft is tried in previews, published for all or for a part, and taken back. docs/runbooks/prompts.md
    walks through it.

    Exit codes of all: 0 done, 1 refused or not reached, 2 not understood; of diff: 0 alike, 1 not alike,
    2 not possible.
    """
    from ops.prompts.commands import show_all

    if context.invoked_subcommand is None:
        raise typer.Exit(show_all(None, raw=raw))


@prompts.command("list")
def list_(
    tenant: Annotated[str | None, typer.Argument(metavar="[TENANT]", help="The business; else all.")] = None,
    raw: _Json = False,
) -> None:
    """List what is in force, drafted and split."""
    from ops.prompts.commands import show_all

    raise typer.Exit(show_all(tenant, raw=raw))


@prompts.command("show")
def show_(
    tenant: _Business,
    purpose: _Purpose,
    version: Annotated[str | None, typer.Argument(help="As 1, own-1 or draft; else all.")] = None,
    raw: _Json = False,
) -> None:
    """Show the versions with their texts, as they are written."""
    from ops.prompts.commands import show

    raise typer.Exit(show(tenant, purpose, version, raw=raw))


@prompts.command("preview")
def preview_(
    tenant: _Business,
    purpose: _Purpose,
    version: Annotated[
        str, typer.Argument(help="As 1 or own-1; else the draft, or what is in force.")
    ] = "draft",
    language: _Language = None,
    raw: _Json = False,
) -> None:
    """Show a text filled in with today's facts: what the AI would be told now."""
    from ops.prompts.commands import preview

    raise typer.Exit(preview(tenant, purpose, version, language, raw=raw))


@prompts.command("draft")
def draft_(
    *,
    tenant: _Business,
    purpose: _Purpose,
    file: Annotated[Path | None, typer.Option(help="The text; - reads it.", dir_okay=False)] = None,
    language: Annotated[
        str | None, typer.Option(help="it, en, fr or any; else all, and nothing else.")
    ] = None,
    based_on: Annotated[str | None, typer.Option(help="A version that the other languages are from.")] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Give the draft up.")] = False,
    raw: _Json = False,
) -> None:
    """Write a draft; no customer's AI is told it. Other languages: as in the draft so far, or in force."""
    from ops.prompts.changes import Draft, draft, drop_draft

    if drop == bool(file or based_on):
        raise typer.BadParameter("give --file, --based-on or both; or --drop alone")
    if drop:
        raise typer.Exit(drop_draft(tenant, purpose, raw=raw))
    raise typer.Exit(draft(tenant, purpose, Draft(file, language, based_on), raw=raw))


@prompts.command("outcomes")
def outcomes_(
    tenant: _Business,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day; else this month's.")
    ] = None,
    raw: _Json = False,
) -> None:
    """Count by version how many questions were answered, and how many answers customers were given."""
    from ops.prompts.commands import outcomes

    raise typer.Exit(outcomes(tenant, since.date() if since else None, raw=raw))


@prompts.command("diff")
def diff_(
    tenant: _Business,
    purpose: _Purpose,
    old: Annotated[str | None, typer.Argument(help="A version; else the one in force.")] = None,
    new: Annotated[str, typer.Argument(help="A version; else the draft.")] = "draft",
    raw: _Json = False,
) -> None:
    """Show line by line where the draft differs from what is in force. Exit codes: 0 alike, 1 not."""
    from ops.prompts.commands import diff

    raise typer.Exit(diff(tenant, purpose, (old, new), raw=raw))


@prompts.command("publish")
def publish_(
    tenant: _Business,
    purpose: _Purpose,
    version: Annotated[
        str, typer.Argument(help="As 1 or own-1; house: its newest, whichever that is; else the draft.")
    ] = "draft",
    raw: _Json = False,
) -> None:
    """Let all conversations have it from now on. A split ends."""
    from ops.prompts.changes import publish

    raise typer.Exit(publish(tenant, purpose, version, raw=raw))


@prompts.command("rollback")
def rollback_(tenant: _Business, purpose: _Purpose, raw: _Json = False) -> None:
    """Let all conversations have what was published before. A split ends."""
    from ops.prompts.changes import rollback

    raise typer.Exit(rollback(tenant, purpose, raw=raw))


@prompts.command("split")
def split_(
    tenant: _Business,
    purpose: _Purpose,
    version: Annotated[str, typer.Argument(help="As 1, own-1 or draft; off ends it.")],
    percent: Annotated[
        int | None, typer.Argument(help="So many of 100 conversations.", min=0, max=100)
    ] = None,
    raw: _Json = False,
) -> None:
    """Let a part of the conversations have another version, always the same ones."""
    from ops.prompts.changes import end_split, split

    if version == "off" and percent is None:
        raise typer.Exit(end_split(tenant, purpose, raw=raw))
    if version == "off" or percent is None:
        raise typer.BadParameter("name a version and how many of 100; or off alone")
    raise typer.Exit(split(tenant, purpose, version, percent, raw=raw))
