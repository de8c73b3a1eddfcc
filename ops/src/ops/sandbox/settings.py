"""Settings of the sandbox. Environment variables with the prefix BELLHOP_."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ops.places import tenants_dir


class SandboxSettings(BaseSettings):
    """What the sandbox is told by its environment."""

    model_config = SettingsConfigDict(env_prefix="BELLHOP_", extra="ignore", env_ignore_empty=True)

    env: Literal["development", "production"] = Field(
        "development", description="in `production` the sandbox refuses to start"
    )
    http_host: str = Field("127.0.0.1", description="address to listen on")
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8010
    gateway_url: str = Field("http://127.0.0.1:8000", description="where webhooks go")
    tenants_dir: Path = Field(
        default_factory=tenants_dir, description="folder with one YAML file per business"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
