"""The environment of each process: what the user set, what the stack knows, and defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from ops.servers import Servers
from ops.up.ai_vendors import AI_SECRETS, stand_ins
from ops.up.programs import AI_ROUTER, GATEWAY, SANDBOX, Program

SANDBOX_VENDORS = ("WHATSAPP", "TELEGRAM")
"""The vendors the sandbox stands in for; each has a setting BELLHOP_<VENDOR>_BASE_URL."""

_READ_BY_GATEWAY = ("conversation", "ai-router", "scheduler", "notifier")


@dataclass(frozen=True)
class Layout:
    """Where everything of one running stack is. Without `sandbox` the real vendors are used.

    With `sandbox_ai` the sandbox stands in for the AI vendors, too.
    """

    ports: Mapping[str, int]
    servers: Servers
    data_dir: Path
    tenants_dir: Path
    sandbox: bool = True
    sandbox_ai: bool = False
    gateway_host: str = "127.0.0.1"
    user: Mapping[str, str] = field(default_factory=dict)

    def url(self, program: str) -> str:
        """The address of a program, as others on this machine reach it."""
        return f"http://127.0.0.1:{self.ports[program]}"


def environment(program: Program, layout: Layout, sockets: Sequence[int] = ()) -> dict[str, str]:
    """The whole environment of one process. What the user set stands, but for what the stack decides.

    `sockets` are the descriptors of the listening sockets that the process is handed.
    """
    user = {name: text for name, text in layout.user.items() if text or not name.startswith("BELLHOP_")}
    if program != AI_ROUTER:
        user = {name: text for name, text in user.items() if name not in AI_SECRETS}
    handed = {"BELLHOP_HTTP_SOCKETS": str(list(sockets))}
    return {**_defaults(layout), **user, **_decided(program, layout), **handed}


def _defaults(layout: Layout) -> dict[str, str]:
    defaults = {
        "BELLHOP_STORE_URL": f"sqlite://{quote(str(layout.data_dir / 'store'))}",
        "BELLHOP_TENANTS_DIR": str(layout.tenants_dir),
        "BELLHOP_TRACE_DIR": str(layout.data_dir / "traces"),
        "BELLHOP_DEPARTURES_DIR": str(layout.data_dir / "departures"),
        "BELLHOP_GRACEFUL_TIMEOUT": "4",  # seconds; less than a stopping service is given before it is killed
    }
    if layout.sandbox:
        defaults |= {f"BELLHOP_{one}_BASE_URL": layout.url(SANDBOX.name) for one in SANDBOX_VENDORS}
    return defaults


def _decided(program: Program, layout: Layout) -> dict[str, str]:
    addresses = {
        f"BELLHOP_{name.upper().replace('-', '_')}_URL": layout.url(name) for name in _READ_BY_GATEWAY
    }
    asked = layout.sandbox and layout.sandbox_ai and program == AI_ROUTER
    return {
        **(stand_ins(layout.url(SANDBOX.name), layout.user) if asked else {}),
        **layout.servers.environment(),
        **addresses,
        "BELLHOP_SERVICE": program.name,
        "BELLHOP_GATEWAY_URL": layout.url(GATEWAY.name),
        "BELLHOP_HTTP_HOST": layout.gateway_host if program == GATEWAY else "127.0.0.1",
        "BELLHOP_HTTP_PORT": str(layout.ports[program.name]),
        "PYTHONUNBUFFERED": "1",
    }
