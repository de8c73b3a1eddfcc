"""How long a business may not send on a channel, by the vendor's word."""

from datetime import datetime


class RateLimits:
    """What this process was told, by tenant and channel."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], datetime] = {}

    def note(self, tenant: str, channel: str, until: datetime) -> None:
        """The latest word counts."""
        self._until[tenant, channel] = until

    def seconds_left(self, tenant: str, channel: str, now: datetime) -> float:
        """0 when it may send."""
        until = self._until.get((tenant, channel))
        if until is None:
            return 0.0
        if until <= now:
            del self._until[tenant, channel]
        return max(0.0, (until - now).total_seconds())
