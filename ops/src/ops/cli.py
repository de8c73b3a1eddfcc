"""The `bellhop` command. Each command imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from ops.ai.cli import ai
from ops.failures.cli import failures
from ops.golden.cli import golden
from ops.prompts.cli import prompts
from ops.record.cli import events
from ops.redrive.cli import redrive
from ops.replay.cli import replay
from ops.shadow.cli import shadow
from ops.timeline.cli import timeline, why

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="An AI front desk for small businesses: run it, talk to it, look after it.\n\n"
    "Start with [bold]bellhop up[/bold] (or `make run`); the other commands find the running stack by "
    "themselves. [bold]bellhop doctor[/bold] says in plain words what is missing or wrong.",
)
tenants = typer.Typer(no_args_is_help=True, help="The businesses Bellhop answers for.")
app.add_typer(tenants, name="tenants")
app.add_typer(ai, name="ai")
app.add_typer(failures, name="failures", invoke_without_command=True)
app.add_typer(events, name="events", invoke_without_command=True)
app.add_typer(golden, name="golden")
app.add_typer(prompts, name="prompts", invoke_without_command=True)
app.command()(redrive)
app.command()(replay)
app.command()(shadow)
app.command()(timeline)
app.command()(why)


@app.command()
def up(
    port: Annotated[int, typer.Option(envvar="PORT", help="Port of the gateway.", min=1, max=65535)] = 8000,
    raw: Annotated[bool, typer.Option("--json", help="Pass the services' JSON log lines through.")] = False,
    replicas: Annotated[
        list[str] | None,
        typer.Option(envvar="BELLHOP_REPLICAS", help="Replicas of a service, as conversation=4; else one."),
    ] = None,
    sandbox_ai: Annotated[
        bool,
        typer.Option(
            "--sandbox-ai", envvar="BELLHOP_SANDBOX_AI", help="The sandbox answers in the AI vendors' place."
        ),
    ] = False,
) -> None:
    """Run everything on this machine until Ctrl-C: servers, services, sandbox phones.

    Uses BELLHOP_RABBITMQ_URL and BELLHOP_REDIS_URL where they are set, else private servers. Data and
    logs lie in .bellhop (or BELLHOP_DATA_DIR). Exit codes: 0 stopped, 1 could not come up, 2 refused.
    """
    from ops.up.command import Options
    from ops.up.command import up as run
    from ops.up.replicas import Unfit, parse

    try:
        options = Options(port, raw=raw, replicas=parse(replicas or []), sandbox_ai=sandbox_ai)
    except Unfit as problem:
        raise typer.BadParameter(str(problem), param_hint="--replicas") from None
    raise typer.Exit(run(options))


@app.command()
def scale(
    wanted: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE=NUMBER]...", help="As conversation=4 notifier=2.")
    ] = None,
) -> None:
    """Run more or fewer replicas of a service, while customers notice nothing. Alone: show them all.

    A new replica is ready before this ends; one that stops finishes what it has in hand. While another change
    is under way it waits for its turn. Exit codes: 0 done, 1 not done (or, alone: not all well),
    2 not understood, 3 nothing runs.
    """
    from ops.scaling import scale as change

    raise typer.Exit(change(wanted or []))


@app.command()
def restart(service: Annotated[str, typer.Argument(help="Which service; `all` for every one.")]) -> None:
    """Start a service anew, one replica after the other: the new one is ready before the old one stops.

    Exit codes: 0 done, 1 not done (the old replica stays), 2 not understood, 3 nothing runs.
    """
    from ops.scaling import restart as renew

    raise typer.Exit(renew(service))


@app.command()
def status() -> None:
    """Show what runs and how it is: each replica, its address, its health, and its partitions."""
    from ops.status import status as show

    raise typer.Exit(show())


@app.command()
def doctor() -> None:
    """Look for what is missing or wrong, and say what to do. Exit code 1 when something is."""
    from ops.doctor import doctor as examine

    raise typer.Exit(examine())


@app.command()
def chat(
    tenant: Annotated[str, typer.Argument(help="The business to talk to.")] = "lyo",
    name: Annotated[str | None, typer.Option(help="Who you are; the same name continues a talk.")] = None,
    channel: Annotated[
        str, typer.Option(help="Only webchat is spoken here; the sandbox has phones.")
    ] = "webchat",
) -> None:
    """Talk to a business in the terminal, as a customer on its web page does. End with Ctrl-D."""
    from ops.chat import chat as talk

    raise typer.Exit(talk(tenant, name, channel))


_Business = Annotated[str, typer.Argument(help="The business.")]
_What = Annotated[str, typer.Argument(metavar="CAPABILITY", help="replies, reminders, campaigns or sending.")]


@app.command()
def pause(
    tenant: _Business,
    capability: _What,
    reason: Annotated[str, typer.Option(help="Shown to whoever wonders why nothing goes on.")] = "",
) -> None:
    """Let a business not do one thing for now. What belongs to it waits, in order; STOP still works.

    [bold]replies[/bold]: automatic answers to customers, while people can go on. [bold]reminders[/bold],
    [bold]campaigns[/bold]. [bold]sending[/bold]: all that goes out. Exit codes: 0 it holds, 1 not yet or
    refused, 2 not understood.
    """
    from ops.pauses import pause as ask

    raise typer.Exit(ask(tenant, capability, reason))


@app.command()
def resume(
    tenant: _Business,
    capability: _What,
    discard: Annotated[bool, typer.Option("--discard", help="Give up what waits, with a record.")] = False,
) -> None:
    """Let a business do it again: what waits is handled in order. Ends when nothing waits any more."""
    from ops.pauses import resume as ask

    raise typer.Exit(ask(tenant, capability, discard=discard))


@app.command()
def step(tenant: _Business, capability: _What) -> None:
    """Let the oldest waiting message of each conversation through, and no more: to see if all is well."""
    from ops.pauses import step as ask

    raise typer.Exit(ask(tenant, capability))


@app.command()
def pauses(
    tenant: Annotated[str | None, typer.Argument(help="The business; else all.")] = None,
    raw: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what is paused, since when, by whom and why, and how much waits."""
    from ops.pauses import show

    raise typer.Exit(show(tenant, raw=raw))


@app.command()
def partitions(
    service: Annotated[str | None, typer.Argument(help="conversation or notifier; else both.")] = None,
    count: Annotated[int | None, typer.Argument(help="How many it shall have.", min=1, max=256)] = None,
    raw: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show into how many partitions each inbox is divided; with a number, change that while all runs.

    What customers have written is handled in order all the while. Ends when the change is done; ended
    earlier, the change goes on. Exit codes: 0 done, 1 not done or not told, 2 not understood.
    """
    from ops.partitions import change, show

    raise typer.Exit(change(service, count) if service and count else show(service, raw=raw))


@tenants.command("apply")
def tenants_apply(
    files: Annotated[
        list[Path], typer.Argument(help="YAML files, one business each.", exists=True, dir_okay=False)
    ],
) -> None:
    """Set businesses up, or change them, from YAML files. Nothing is sent while a file has mistakes."""
    from ops.tenants import apply

    raise typer.Exit(apply(files))


@tenants.command("list")
def tenants_list() -> None:
    """List the businesses of the running stack."""
    from ops.tenants import show_all

    raise typer.Exit(show_all())


@tenants.command("show")
def tenants_show(tenant: Annotated[str, typer.Argument(help="The business.")]) -> None:
    """Show one business as YAML; secrets are not shown."""
    from ops.tenants import show

    raise typer.Exit(show(tenant))
