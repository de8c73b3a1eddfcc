"""What answering needs from outside: vendors, what replicas share, what is kept, publishing."""

from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from ai_router.domain.completion import Completion, Usage
from ai_router.domain.failures import VendorFailure
from ai_router.domain.money.budgets import Spent
from ai_router.domain.prices import Abilities
from ai_router.domain.standings.standing import Standing
from ai_router.domain.ways import Key, Way
from contracts.ai import AiPolicy
from contracts.completions import CompletionGenerated, CompletionJudged, CompletionRequested
from contracts.envelope import Event
from contracts.tenants import TenantConfigured


class Vendor(Protocol):
    """One AI vendor."""

    async def complete(
        self, request: CompletionRequested, model: str, key: Key, patience: float
    ) -> Completion:
        """A whole answer within `patience` seconds. Raises VendorFailure, and nothing else."""


class Standings(Protocol):
    """How all ways and keys are, as all replicas know it. Never raises: without Redis a replica goes on
    with what it knows itself."""

    async def look(self) -> Standing:
        """How everything is now; one round trip at most."""

    async def admit(self, way: Way, key: Key) -> bool:
        """Whether a call may be made now: of a circuit that is half open one call alone, among all
        replicas. Whoever was admitted notes the end."""

    async def note(self, way: Way, key: Key, seconds: float, failure: VendorFailure | None) -> None:
        """How an admitted call ended. After a failure it returns when all replicas can know."""

    async def release(self, way: Way, key: Key) -> None:
        """An admitted call was not made, or broken off by ourselves: nothing is learnt from it."""


class Policies(Protocol):
    """What is in force for a business, a second old at most."""

    async def installation(self) -> AiPolicy:
        """The installation's policy; Bellhop's own until one was set."""

    async def tenant(self, tenant: str) -> TenantConfigured | None:
        """The business; None while it is not known here (yet)."""


class Spending(Protocol):
    """What each business has spent in its day and month. Never raises."""

    async def of(self, tenant: str, zone: tzinfo, now: datetime) -> Spent:
        """Day and month so far."""

    async def add(self, tenant: str, zone: tzinfo, now: datetime, cost: Decimal) -> Spent:
        """The same after this has been spent as well."""


class Ledger(Protocol):
    """What every question cost, for good."""

    async def enter(self, event: Event[CompletionRequested], answer: Event[Any]) -> None:
        """Notes what one question cost; the same question again changes nothing. Raises StoreUnavailable."""

    async def judged(self, event: Event[CompletionJudged]) -> None:
        """Notes what became of the answer. Raises StoreUnavailable."""


class Prices(Protocol):
    """The table of models."""

    def cost(self, vendor: str, model: str, usage: Usage) -> Decimal | None:
        """US dollars for these tokens; None where the price is not known."""

    def abilities(self, vendor: str, model: str) -> Abilities:
        """What a model can do; one that is not in the table is taken to be able."""


class Answers(Protocol):
    """Answers that may be given again to the same question of the same business. Never raises."""

    async def get(
        self, tenant: str, cache_key: str, request_id: UUID | None = None
    ) -> CompletionGenerated | None:
        """An earlier answer, if it is still kept; with the request it is given to, `drop` finds it."""

    async def keep(
        self, tenant: str, cache_key: str, answer: CompletionGenerated, asked: datetime | None = None
    ) -> None:
        """Keeps an answer for a while, unless all were forgotten since it was `asked` for."""

    async def drop(self, tenant: str, request_id: UUID) -> None:
        """Forgets the answer to one request: it turned out to be unfit."""

    async def empty(self, tenant: str) -> None:
        """Forgets all of a business's answers."""


class Results(Protocol):
    """What was said to requests lately, so that a redelivery does not pay twice. Never raises."""

    async def get(self, request_id: UUID) -> tuple[Event[Any], ...]:
        """The answer first, then what it changed; nothing if it is not kept (any more)."""

    async def keep(self, request_id: UUID, said: tuple[Event[Any], ...]) -> None:
        """Keeps it for a while; what was said first stays."""


class Publisher(Protocol):
    """Says what happened."""

    async def publish(self, *events: Event[Any]) -> None:
        """Returns when the broker has confirmed. Raises TransientError."""
