"""Settings of the conversation service, beside those that every service has."""

from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class ConversationSettings(ServiceSettings):
    """What a dialogue says and does is each business's own configuration; nothing of it stands here."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 8001
