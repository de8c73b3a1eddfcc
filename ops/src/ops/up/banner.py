"""The table of addresses that is shown when everything runs."""

import io
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from ops.up.ai_vendors import described
from ops.up.environment import Layout, environment
from ops.up.programs import AI_ROUTER
from ops.up.running_stack import RunningStack


def banner(stack: RunningStack, layout: Layout, seconds: float, *, colour: bool) -> str:
    """Where everything is, as text for a terminal."""
    table = Table(title=f"Bellhop is ready ({seconds:.1f} s)", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, where in _addresses(stack, layout).items():
        table.add_row(name, where)
    out = io.StringIO()
    console = Console(file=out, force_terminal=colour, no_color=not colour, width=100)
    console.print(table)
    console.print(
        "Ctrl-C stops everything.  In another terminal: bellhop chat, bellhop status, bellhop doctor"
    )
    return out.getvalue()


def _addresses(stack: RunningStack, layout: Layout) -> dict[str, str]:
    production = layout.user.get("BELLHOP_ENV") == "production"
    rows = {
        "Sandbox phones": stack.sandbox_url,
        "Gateway": stack.gateway_url,
        "API documentation": f"{stack.gateway_url}/docs",
        "RabbitMQ management": stack.management_url,
        "Data and logs": str(layout.data_dir),
        "Demo login": None if production else "admin@bellhop.local / bellhop-demo",
        "AI": ai(environment(AI_ROUTER, layout), sandbox=layout.sandbox_ai),
    }
    return {name: where for name, where in rows.items() if where}


def ai(settings: Mapping[str, str], *, sandbox: bool = False) -> str:
    """Which AI answers open questions, in words."""
    vendors = described(settings)
    return f"sandbox: {vendors}" if sandbox else vendors or "offline: answering by rules"
