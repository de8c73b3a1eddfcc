"""Settings of the AI router, beside those that every service has."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from chassis.settings import ServiceSettings


def versioned(url: str) -> str:
    """The base URL with its version. Only a bare host gets /v1: others keep their own path."""
    host, _, path = url.rstrip("/").partition("://")[2].partition("/")
    return url.rstrip("/") if path else f"{url.partition('://')[0]}://{host}/v1"


class AiRouterSettings(ServiceSettings):
    """Which AI vendor, with which key, and how long to wait for it."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 8002
    openai_base_url: Annotated[str, AfterValidator(versioned)] = Field(
        "https://api.openai.com/v1",
        description="OpenAI or a server that speaks the same, with the version; a bare host means its /v1",
    )
    openai_api_keys: SecretStr = Field(
        SecretStr(""), description="keys, separated by commas; the first is used. Empty: no AI, rules alone"
    )
    openai_model: str = Field("gpt-4o-mini", description="the model that answers")
    openai_token_limit: Literal["max_completion_tokens", "max_tokens"] = Field(
        "max_completion_tokens", description="how the vendor calls the limit of an answer's length"
    )
    openai_timeout: Annotated[float, Field(gt=0, le=300)] = Field(
        15.0, description="seconds for one whole answer"
    )
    openai_concurrency: Annotated[int, Field(ge=1, le=1000)] = Field(
        8, description="calls made at the same time by one replica"
    )

    @property
    def openai_key(self) -> str:
        """The key in use; empty if there is none."""
        keys = self.openai_api_keys.get_secret_value().split(",")
        return next((key.strip() for key in keys if key.strip()), "")
