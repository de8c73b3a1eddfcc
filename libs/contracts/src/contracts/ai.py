"""Which AI answers and for how much: the installation's policy, what a business changes of it, its state."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from contracts.envelope import Instant
from contracts.model import Data, Slug

Purpose = Literal["understand", "answer", "summarise"]
"""What an AI is asked for: to read a message, to answer a customer, to sum up a talk."""

Tier = Literal["small", "medium", "large"]
TIERS: Final[tuple[Tier, ...]] = ("small", "medium", "large")
"""From the cheapest to the best."""

Dollars = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6)]
"""US dollars, in which vendors write their prices."""


class Candidate(Data):
    """A model that serves a tier. Among those of one tier each gets its `weight`'s part of the questions."""

    vendor: Slug
    model: Annotated[str, Field(min_length=1, max_length=200)]
    weight: Annotated[int, Field(ge=1, le=1000)] = 1
    enabled: bool = True


class Budget(Data):
    """What AI answers may cost one business in a day and a month of its own time zone; None: any amount."""

    day: Dollars | None = None
    month: Dollars | None = None


class AiPolicy(Data):
    """The whole installation's: who serves which tier, and which tiers a purpose tries, in order.

    Vendors that are `off` are asked by nobody. `budget` and `concurrency` (answers at the same time) hold for
    each business that has none of its own. A business is warned when it has spent `warn_at` of a budget, is
    answered by its cheapest tier from `cheaper_at` on, and by rules once all is spent.
    """

    tiers: dict[Tier, tuple[Candidate, ...]]
    purposes: dict[Purpose, tuple[Tier, ...]]
    off: tuple[Slug, ...] = ()
    budget: Budget = Budget()
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 20
    warn_at: Annotated[float, Field(gt=0, le=1)] = 0.8
    cheaper_at: Annotated[float, Field(gt=0, le=1)] = 0.9

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if lacking := {tier for tiers in self.purposes.values() for tier in tiers} - set(self.tiers):
            raise ValueError(f"purposes name tiers that have no models: {', '.join(sorted(lacking))}")
        return self


class AiRules(Data):
    """What one business wants otherwise. `vendors`: these alone are asked; None: all."""

    enabled: bool = True
    purposes: dict[Purpose, tuple[Tier, ...]] = Field(default_factory=dict)
    vendors: tuple[Slug, ...] | None = None
    budget: Budget | None = None
    concurrency: Annotated[int, Field(ge=1, le=1000)] | None = None


class AiConfigured(Data):
    """The installation's policy was set; carries all of it and its version (1, 2, 3 …)."""

    version: Annotated[int, Field(ge=1)]
    policy: AiPolicy


class AiBudgetReached(Data):
    """A business has spent so much of a budget that something changes; said once per period and level.

    `starts` is the first day of the period, by the clock of the business.
    """

    period: Literal["day", "month"]
    starts: date
    level: Literal["warned", "cheaper", "rules"]
    spent: Dollars
    limit: Dollars


CircuitState = Literal["closed", "open", "half-open"]


class AiCircuitChanged(Data):
    """Calls of a vendor, a model or a key are refused from now on, probed, or made again.

    `model` and `key` empty: the circuit is for all of them. The counts are those of its window.
    """

    vendor: str
    model: str = ""
    key: str = ""
    was: CircuitState
    now: CircuitState
    why: str
    calls: int = 0
    failures: int = 0
    slow: int = 0


class AiKeyChanged(Data):
    """A key rests until a moment, is retired for good, or is used again.

    `key` empty: the vendor's whole account rests. Keys are named by alias, never shown.
    """

    vendor: str
    key: str = ""
    now: Literal["ready", "resting", "retired"]
    until: Instant | None = None
    why: str = ""
