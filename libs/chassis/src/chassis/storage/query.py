"""A question to a collection, checked against its declared indexes before any adapter sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeAlias

from chassis.storage.collection_spec import CollectionSpec

Value: TypeAlias = str | int | bool


@dataclass(frozen=True)
class Range:
    """Bounds for one field, all text or all whole numbers. At least one is set."""

    gte: str | int | None = None
    gt: str | int | None = None
    lte: str | int | None = None
    lt: str | int | None = None

    def __post_init__(self) -> None:
        kinds = {type(bound) for _, bound in self.bounds()}
        if kinds not in ({str}, {int}):
            raise ValueError(f"{self} must have bounds that are all text or all whole numbers")

    def bounds(self) -> list[tuple[str, str | int]]:
        """The bounds that are set, each with its name."""
        named = (("gte", self.gte), ("gt", self.gt), ("lte", self.lte), ("lt", self.lt))
        return [(name, bound) for name, bound in named if bound is not None]

    @classmethod
    def between(cls, start: str | int, end: str | int) -> "Range":
        """Half open: start is in, end is out."""
        return cls(gte=start, lt=end)


Where: TypeAlias = Mapping[str, Value | Range]
EVERYTHING: Final[Where] = MappingProxyType({})


@dataclass(frozen=True)
class Query:
    """`tenant` None means all tenants. Raises UndeclaredIndex or ValueError when it is made."""

    spec: CollectionSpec
    tenant: str | None
    where: Where
    sort: str | None
    descending: bool
    limit: int
    skip: int

    def __post_init__(self) -> None:
        if self.limit < 1 or self.skip < 0:
            raise ValueError(f"limit is at least 1 and skip at least 0, not {self.limit}, {self.skip}")
        if self.tenant is None:
            self.spec.require_across()
        _ = self.index

    @cached_property
    def index(self) -> tuple[str, ...] | None:
        """The declared index that serves it, or None for the keys alone."""
        equal = {field for field, value in self.where.items() if not isinstance(value, Range)}
        ordered = (set(self.where) | ({self.sort} if self.sort else set())) - equal
        return self.spec.index_for(frozenset(equal), frozenset(ordered))

    @property
    def tie_break(self) -> tuple[str, ...]:
        return ("tenant", "key") if self.tenant is None else ("key",)
