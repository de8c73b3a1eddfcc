"""What the gateway is told by its environment, beyond what every service is told."""

from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, Final, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from chassis.settings import ServiceSettings, unfit_secret

DEMO_ADMIN_EMAIL: Final = "admin@bellhop.local"
DEMO_ADMIN_PASSWORD: Final = "bellhop-demo"  # noqa: S105  public on purpose, refused in production
DEMO_TOKEN_KEY: Final = "bellhop-demo-token-key-not-for-production"  # noqa: S105

_SHORTEST_KEY: Final = 32
_SHORTEST_PASSWORD: Final = 12

_Words = Annotated[tuple[str, ...], NoDecode]


class GatewaySettings(ServiceSettings):
    """Environment variables with the prefix BELLHOP_; times in the unit their name or text says."""

    tenants_dir: Path | None = Field(
        None, description="folder of tenant files (*.yaml) applied at every start; empty: none"
    )
    conversation_url: str = Field("http://127.0.0.1:8001", description="where the conversation service is")
    ai_router_url: str = Field("http://127.0.0.1:8002", description="where the AI router is")
    scheduler_url: str = Field("http://127.0.0.1:8003", description="where the scheduler is")
    notifier_url: str = Field("http://127.0.0.1:8004", description="where the notifier is")
    read_timeout: Annotated[float, Field(gt=0)] = Field(
        5.0, description="seconds a read of another service may take"
    )
    index_dir: Path | None = Field(
        None,
        description="folder of the record's index; empty: an SQLite store's, else a temporary one",
    )
    admin_email: str = Field(DEMO_ADMIN_EMAIL, description="e-mail address of the administrator")
    admin_password: SecretStr = Field(SecretStr(DEMO_ADMIN_PASSWORD), description="12 characters or more")
    token_key: SecretStr = Field(
        SecretStr(DEMO_TOKEN_KEY), description="signs access tokens; 32+ characters, the same on all replicas"
    )
    token_minutes: Annotated[int, Field(gt=0, le=24 * 60)] = Field(
        30, description="minutes until a login has to be repeated"
    )
    chat_wait: Annotated[float, Field(ge=0, le=60)] = Field(
        8.0, description="seconds that POST /api/v1/chat waits for replies"
    )
    body_limit: Annotated[int, Field(gt=0)] = Field(
        3 * 1024 * 1024, description="bytes of a request's body; WhatsApp sends up to 3 MB"
    )
    requests_in_hand: Annotated[int, Field(gt=0)] = Field(
        500, description="requests answered at the same time, of webhooks, chats and the API each; then 503"
    )
    bodies_in_hand: Annotated[int, Field(gt=0)] = Field(
        24 * 1024 * 1024, description="bytes of all request bodies at the same time; then 503"
    )
    backlog_limit: Annotated[int, Field(gt=0)] = Field(
        50_000, description="events that may wait for the conversations; then 503 for webhooks and chats"
    )
    tenant_at_once: Annotated[int, Field(gt=0)] = Field(
        4, description="webhooks of one tenant worked on at the same time; its others wait, for it alone"
    )
    tenant_waiting: Annotated[int, Field(ge=0)] = Field(
        200, description="webhooks of one tenant that may wait; then 503"
    )
    tenant_patience: Annotated[float, Field(gt=0)] = Field(
        3.0, description="seconds a webhook waits for its tenant's turn; then 503"
    )
    cors_origins: _Words = Field(
        (), description="web pages that may call the API from a browser, separated by commas; empty: none"
    )
    trusted_proxies: _Words = Field(
        (), description="addresses or networks whose X-Forwarded-For is believed, separated by commas"
    )

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _by_commas(cls, value: Any) -> Any:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _a_body_fits(self) -> Self:
        if self.bodies_in_hand < self.body_limit:
            raise ValueError("BELLHOP_BODIES_IN_HAND must be at least BELLHOP_BODY_LIMIT")
        return self

    @property
    def index_folder(self) -> Path:
        """Where the index of the record lies: all gateways of a machine share it."""
        store = urlsplit(self.store_url.get_secret_value())
        beside = unquote(store.path) if store.scheme == "sqlite" else f"{gettempdir()}/bellhop-record-index"
        return self.index_dir or Path(beside)

    def production_faults(self) -> list[str]:
        """See ServiceSettings; adds the administrator's login and the key of access tokens."""
        faults = super().production_faults()
        if self.admin_email == DEMO_ADMIN_EMAIL:
            faults.append("BELLHOP_ADMIN_EMAIL must be set to an address of yours in production")
        for name, least in (("admin_password", _SHORTEST_PASSWORD), ("token_key", _SHORTEST_KEY)):
            if unfit_secret(getattr(self, name), least):
                faults.append(f"BELLHOP_{name.upper()} must be {least} or more characters and no demo value")
        return faults
