"""OpenAPI of the public surface."""

import json

from gateway.main import app


def gateway_openapi() -> str:
    """The document of the gateway as JSON."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"
