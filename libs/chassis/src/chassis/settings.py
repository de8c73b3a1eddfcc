"""Settings that every service has. Environment variables with the prefix BELLHOP_."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_SEALING_KEY = "bellhop-demo-sealing-key-not-for-production"
DEMO_INTERNAL_TOKEN = "bellhop-demo-internal-token"  # noqa: S105 - public on purpose, refused in production

_SECRETS = Path(os.environ.get("BELLHOP_SECRETS_DIR", "/run/secrets"))
"""Where a container finds secrets as files, named like the variable in lower case: bellhop_sealing_key."""


T = TypeVar("T", bound=BaseSettings)


class ServiceSettings(BaseSettings):
    """What every service is told by its environment. Secrets may also come from files."""

    model_config = SettingsConfigDict(
        env_prefix="BELLHOP_",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
    )

    env: Literal["development", "production"] = Field(
        "development", description="`production` refuses every demo secret"
    )
    rabbitmq_url: SecretStr = Field(
        SecretStr("amqp://guest:guest@127.0.0.1:5672/"), description="AMQP 0.9.1 address of RabbitMQ"
    )
    redis_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"), description="address of Redis; holds only what may be lost"
    )
    store_url: SecretStr = Field(
        default_factory=lambda: SecretStr(f"sqlite://{Path.cwd()}/.bellhop/store"),
        description="sqlite:///absolute/folder (one machine) or mongodb://… (any number)",
    )
    sealing_key: SecretStr = Field(
        SecretStr(DEMO_SEALING_KEY), description="seals tenants' secrets in events and stores; 32+ characters"
    )
    internal_token: SecretStr = Field(
        SecretStr(DEMO_INTERNAL_TOKEN), description="what services show each other; 24+ characters"
    )
    http_host: str = Field("127.0.0.1", description="address to listen on; 0.0.0.0 in a container")
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8000
    http_sockets: tuple[int, ...] = Field(
        (), description="descriptors of listening sockets that a supervisor hands over: it opened the port"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    trace_dir: str | None = Field(None, description="folder for spans as JSON lines, where no collector is")
    prefetch: Annotated[int, Field(ge=1, le=1000)] = Field(
        16, description="messages in hand per work queue at the same time"
    )
    window: Annotated[int, Field(ge=1, le=65_535)] = Field(
        10_000,
        description="messages of a partition that a keyed service looks ahead, to be fair to all tenants",
    )
    concurrency: Annotated[int, Field(ge=1, le=1000)] = Field(
        64, description="conversations a keyed service handles at the same time"
    )
    tenant_concurrency: Annotated[int, Field(ge=1, le=1000)] = Field(
        16, description="how many of them may be of one tenant"
    )
    tenant_part: Annotated[float, Field(gt=0, le=1)] = Field(
        0.12,
        description="part of a process's processor that one tenant may keep busy beside others; 1: all",
    )
    graceful_timeout: Annotated[float, Field(gt=0)] = Field(
        20.0, description="seconds that a stopping service gives to what it has in hand"
    )

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.env == "production" and (faults := self.production_faults()):
            raise ValueError("\n".join(faults))
        return self

    def production_faults(self) -> list[str]:
        """What must change before production, one sentence each, all of it at once."""
        return [
            f"BELLHOP_{name.upper()} must be set to {least} or more random characters in production, "
            "for example from `openssl rand -base64 36`"
            for name, least in (("sealing_key", 32), ("internal_token", 24))
            if unfit_secret(getattr(self, name), least)
        ]


def unfit_secret(secret: SecretStr, least: int) -> bool:
    """Whether a secret is a demo value or shorter than `least` characters."""
    text = secret.get_secret_value()
    return "demo" in text or len(text) < least


def load(model: type[T]) -> T:
    """The settings of this process. Ends it with a message that says what to do when they do not fit."""
    try:
        return model()
    except ValidationError as error:
        raise SystemExit(f"Bellhop cannot start with these settings:\n{explain(error)}") from None


def explain(error: ValidationError) -> str:
    """Which variables are wrong and why, one line each, for whoever starts the service."""
    lines = []
    for one in error.errors(include_input=False, include_url=False):
        name = "".join(f"BELLHOP_{part}: ".upper() for part in map(str, one["loc"][:1]))
        place = f"{'.'.join(map(str, one['loc'][1:]))}: " if one["loc"][1:] else ""
        lines.append(f"{name}{place}{one['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)
