"""Settings of the conversation service, beside those that every service has."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from chassis.settings import ServiceSettings
from conversation.domain.prompts import prompts_in


def _fit(folder: Path) -> Path:
    prompts_in(folder)
    return folder


class ConversationSettings(ServiceSettings):
    """What a dialogue says and does is each business's own configuration; here lie the prompts of the AI."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 8001
    prompts_dir: Annotated[Path, AfterValidator(_fit)] | None = Field(
        None,
        description="folder whose prompts replace or join those of `conversation/prompts`, place by place",
    )
