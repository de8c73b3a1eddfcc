"""Changes that wait to be made together."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

E = TypeVar("E")
T = TypeVar("T")

Entries = Mapping[str, E]
Change = Callable[[Entries[E]], tuple[Entries[E], T]]
"""From what there is to the entries that become other ones, and what the caller wants to know. Pure."""


@dataclass(slots=True)
class Waiting(Generic[E]):
    """A change, and where its result goes."""

    change: Change[E, Any]
    done: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


def made(changes: Iterable[Waiting[E]], entries: Entries[E]) -> tuple[Entries[E], list[Any]]:
    """The entries after all these changes, one after the other, and what each gave back."""
    results = []
    for one in changes:
        new, result = one.change(entries)
        entries = {**entries, **new} if new else entries
        results.append(result)
    return entries, results


def give(together: Iterable[Waiting[E]], results: Iterable[Any]) -> None:
    """Tells everybody who still waits."""
    for one, result in zip(together, results, strict=True):
        if not one.done.done():
            one.done.set_result(result)


def fail(together: Sequence[Waiting[E]], error: Exception) -> None:
    """Raises the error wherever one still waits."""
    for one in together:
        if not one.done.done():
            one.done.set_exception(error)
