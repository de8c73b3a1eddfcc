"""`python -m chassis.probe`: a container's health check. Exit code 0 when its service is ready."""

import os
import sys
from http.client import HTTPConnection, HTTPException

_PATIENCE_SECONDS = 4.0


def whats_wrong(port: int) -> str | None:
    """Why the service on this machine is not ready; None when it is."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"no answer on port {port}: {error!r}"
    finally:
        connection.close()
    return None if status == 200 else f"not ready: HTTP {status}"


if __name__ == "__main__":
    sys.exit(whats_wrong(int(os.environ.get("BELLHOP_HTTP_PORT") or 8000)))
