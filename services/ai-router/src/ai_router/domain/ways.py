"""Ways to an answer: a vendor's model, and the keys that open it."""

import hashlib
from dataclasses import dataclass, field

from contracts.ai import Tier


@dataclass(frozen=True, slots=True)
class Way:
    """One model of one vendor, in the tier it serves."""

    vendor: str
    model: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a vendor. `alias` ("openai-2") is what logs, events and metrics call it."""

    vendor: str
    alias: str
    secret: str = field(repr=False)

    @property
    def shown(self) -> str:
        """For people: the alias and the last four characters, where that leaves enough unknown."""
        return f"{self.alias} …{self.secret[-4:]}" if len(self.secret) >= 12 else self.alias

    @property
    def fingerprint(self) -> str:
        """Names the very key wherever its state is kept: another key under the same alias begins anew."""
        return hashlib.sha256(f"bellhop-ai-key:{self.vendor}:{self.secret}".encode()).hexdigest()[:16]
