"""Settings of the notifier, beside those that every service has."""

from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class NotifierSettings(ServiceSettings):
    """Where the vendors are, and how stubbornly to send."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 8004
    whatsapp_base_url: str = Field("https://graph.facebook.com", description="Meta's Graph API")
    telegram_base_url: str = Field("https://api.telegram.org", description="Telegram's Bot API")
    vendor_timeout: Annotated[float, Field(gt=0, le=60)] = Field(
        10.0, description="seconds for each of connecting, writing and reading"
    )
    # The inbox parks a conversation after 15 tries; the message must have failed before that.
    send_tries: Annotated[int, Field(ge=1, le=14)] = Field(
        12, description="how often a vendor may turn a message away for now (about 90 s in all)"
    )
    rate_limit_patience: Annotated[float, Field(gt=0, le=86400)] = Field(
        3600.0, description="seconds a message may be held up by a vendor's rate limit before it has failed"
    )
    departures_dir: Path = Field(
        default_factory=lambda: Path(gettempdir()) / "bellhop-departures",
        description="folder that remembers what has left this machine; all its notifiers share it",
    )
    whatsapp_reference: bool = Field(
        False,
        description="send biz_opaque_callback_data, by which receipts resolve uncertain messages;"
        " Meta takes it, but its published schema for v23.0 does not list it",
    )
