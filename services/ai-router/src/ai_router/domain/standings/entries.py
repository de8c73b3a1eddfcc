"""What all replicas know together: circuits, keys and accounts, by name. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from ai_router.domain.standings.keys import KeyState
from ai_router.domain.ways import Key, Way
from chassis.resilience.circuit_breaker import Circuit

Entry = Circuit | KeyState
Shared = Mapping[str, Entry]
S = TypeVar("S", Circuit, KeyState)


@dataclass(frozen=True, slots=True)
class Names:
    """Where the entries lie that one call touches. `circuits`: the vendor's, the model's, the key's."""

    circuits: tuple[str, str, str]
    key: str
    account: str


@lru_cache(maxsize=1024)
def names(way: Way, key: Key) -> Names:
    """The entries of a call of this way with this key."""
    vendor, model = way.vendor, way.model
    circuits = (circuit_name(vendor), circuit_name(vendor, model), circuit_name(vendor, model, key.alias))
    return Names(circuits, key_name(key), account_name(vendor))


def circuit_name(*parts: str) -> str:
    """The entry of a circuit: of a vendor, a model of it, or that with a key's alias. Models hold slashes."""
    return " ".join(("circuit", str(len(parts)), "/".join(parts)))


def circuit_parts(name: str) -> tuple[str, str, str] | None:
    """Vendor, model and alias of a circuit, empty where it is for all; None if the entry is none."""
    kind, _, rest = name.partition(" ")
    depth, _, path = rest.partition(" ")
    if kind != "circuit":
        return None
    vendor, _, model = path.partition("/")
    if depth == "3":
        model, _, alias = model.rpartition("/")
        return vendor, model, alias
    return vendor, model, ""


def circuit_path(name: str) -> str:
    """A circuit as people write it: "openai", "openai/gpt-4o-mini", "openai/gpt-4o-mini/openai-2"."""
    return name.split(" ", 2)[2]


@lru_cache(maxsize=1024)
def key_name(key: Key) -> str:
    """The entry of the very key, whatever its alias."""
    return f"key {key.vendor} {key.fingerprint}"


def account_name(vendor: str) -> str:
    """The entry of a vendor's account, which all its keys draw on."""
    return f"account {vendor}"


def held(shared: Shared, name: str, fresh: S) -> S:
    """The entry of that name, or a fresh one."""
    entry = shared.get(name, fresh)
    return entry if isinstance(entry, type(fresh)) else fresh
