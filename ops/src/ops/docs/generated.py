"""All generated files. The same code gives the same text, whoever runs it and wherever."""

from ops.docs.asyncapi import asyncapi_documents
from ops.docs.events_page import events_page
from ops.docs.openapi import gateway_openapi
from ops.docs.schemas import schema_files


def generated() -> dict[str, str]:
    """The text of each file, by its path from the root of the checkout."""
    return {
        **schema_files(),
        **asyncapi_documents(),
        "docs/events.md": events_page(),
        "docs/openapi/gateway.json": gateway_openapi(),
    }
