"""What a collection is called and which questions it answers quickly."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


class UndeclaredIndex(Exception):
    """No declared index serves this query. A programming error: declare one or ask differently."""


@dataclass(frozen=True)
class CollectionSpec:
    """Indexes are tuples of body fields (dotted paths reach into nested ones).

    Each is prefixed by the tenant, unless the collection is read `across` tenants. Names are checked
    here because adapters write them into statements.
    """

    name: str
    indexes: tuple[tuple[str, ...], ...] = ()
    across: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r}: a collection is called like 'bookings' or 'day_diaries'")
        for path in self.indexed:
            if not _PATH.fullmatch(path):
                raise ValueError(f"{path!r}: an indexed field is called like 'status' or 'customer.id'")

    @property
    def indexed(self) -> frozenset[str]:
        return frozenset(path for index in self.indexes for path in index)

    def index_for(self, equal: frozenset[str], ordered: frozenset[str]) -> tuple[str, ...] | None:
        """The shortest index that begins with the fields compared for equality, then the others.

        None when nothing is asked: that is answered from the keys. Raises UndeclaredIndex.
        """
        asked = equal | ordered
        serving = [
            index
            for index in self.indexes
            if set(index[: len(equal)]) == equal and set(index[: len(asked)]) == asked
        ]
        if asked and not serving:
            wanted = (*sorted(equal), *sorted(ordered))
            raise UndeclaredIndex(f"{self.name} has no index that begins with {wanted}: {self.indexes}")
        return min(serving, key=len) if asked else None

    def require_across(self) -> None:
        if not self.across:
            raise UndeclaredIndex(f"{self.name} is not declared with across=True")
