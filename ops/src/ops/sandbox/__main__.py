"""`python -m ops.sandbox`: the sandbox as a process of its own."""

import logging
import sys

import httpx
import uvicorn

from chassis.observability.logging import configure_logging
from ops.sandbox.app import sandbox_app
from ops.sandbox.settings import SandboxSettings


def main() -> int:
    """Serves until it is told to stop; refuses to in production."""
    settings = SandboxSettings()
    if settings.env == "production":
        print(
            "the sandbox is a development tool: it does not start when BELLHOP_ENV=production",
            file=sys.stderr,
        )
        return 2
    configure_logging("sandbox", settings.log_level)
    logging.getLogger("uvicorn.error").addFilter(_unexpected)
    gateway = httpx.AsyncClient(base_url=settings.gateway_url, timeout=10, trust_env=False)
    uvicorn.run(
        sandbox_app(settings, gateway),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return 0


def _unexpected(line: logging.LogRecord) -> bool:
    """All but one: an answer that is not completed is what the fault `cut` is."""
    return "returned without completing response" not in line.msg


if __name__ == "__main__":
    sys.exit(main())
