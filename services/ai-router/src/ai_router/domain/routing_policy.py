"""The content-based router's decision: who shall answer a request."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Route:
    """A way to an answer. Without a key the way is closed."""

    vendor: str
    model: str
    has_key: bool
    purposes: frozenset[str] = frozenset({"answer"})


def choose(routes: Iterable[Route], purpose: str) -> Route | None:
    """The first way that is open and serves the purpose; the order of the routes is the preference."""
    return next((route for route in routes if route.has_key and purpose in route.purposes), None)
