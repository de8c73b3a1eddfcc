"""The `bellhop` command. Each command imports what it needs when it is called, so that help is quick."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

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


@app.command()
def up(
    port: Annotated[int, typer.Option(envvar="PORT", help="Port of the gateway.", min=1, max=65535)] = 8000,
    raw: Annotated[bool, typer.Option("--json", help="Pass the services' JSON log lines through.")] = False,
) -> None:
    """Run everything on this machine until Ctrl-C: servers, services, sandbox phones.

    Uses BELLHOP_RABBITMQ_URL and BELLHOP_REDIS_URL where they are set, else private servers. Data and
    logs lie in .bellhop (or BELLHOP_DATA_DIR). Exit codes: 0 stopped, 1 could not come up, 2 refused.
    """
    from ops.up.command import Options
    from ops.up.command import up as run

    raise typer.Exit(run(Options(port=port, raw=raw)))


@app.command()
def status() -> None:
    """Show what runs and how it is: each process, its address, its health."""
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
