"""`bellhop doctor`: says in plain words what is missing or wrong, and what to do."""

import os
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ops.examination.ai import examine_ai
from ops.examination.finding import Finding
from ops.examination.machine import examine_machine
from ops.examination.servers import examine_servers
from ops.examination.settings import examine_settings
from ops.examination.stack import examine_stack
from ops.places import data_dir, tenants_dir
from ops.up.programs import GATEWAY
from ops.up.running_stack import find_running

HEALTHY, ILL = 0, 1


def doctor() -> int:
    """Examines everything and prints a table. The exit code is 1 when anything is wrong."""
    findings = list(_examine())
    console = Console()
    console.print(_table(findings))
    wrong = [one for one in findings if not one.well]
    console.print(f"[red]{len(wrong)} to mend[/red]" if wrong else "[green]All is well.[/green]")
    return ILL if wrong else HEALTHY


def _examine() -> Iterator[Finding]:
    folder = data_dir()
    running = find_running(folder)
    yield from examine_machine(folder, int(os.environ.get("PORT") or GATEWAY.port), running)
    yield from examine_servers(os.environ)
    yield from examine_settings(tenants_dir())
    yield from examine_ai(os.environ, running=running is not None)
    yield from examine_stack(running)


def _table(findings: Iterable[Finding]) -> Table:
    table = Table("", "What", "How it is", "Next step", title="Bellhop's doctor", title_justify="left")
    for one in findings:
        sign = "[green]✓" if one.well else "[red]✗"
        table.add_row(sign, one.organ, escape(one.words), "" if one.well else escape(one.next_step))
    return table
