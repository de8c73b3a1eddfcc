"""Which replica takes which partitions. Pure: every replica computes the same from the same view."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil


@dataclass(frozen=True)
class Share:
    """The partitions a replica takes, and those it takes while their owner does not."""

    owned: frozenset[int] = frozenset()
    deputised: frozenset[int] = frozenset()


def shares(replicas: Iterable[str], count: int) -> dict[str, Share]:
    """The share of every replica: rendezvous hashing, but nobody owns more than an even part.

    A replica that comes or goes moves little more than its own part.
    """
    members = sorted(set(replicas))
    owned: dict[str, set[int]] = {member: set() for member in members}
    deputised: dict[str, set[int]] = {member: set() for member in members}
    for partition in range(count if members else 0):
        wish = sorted(members, key=lambda member: _weight(member, partition), reverse=True)
        owner = next(one for one in wish if len(owned[one]) < ceil(count / len(members)))
        owned[owner].add(partition)
        for deputy in [one for one in wish if one != owner][:1]:
            deputised[deputy].add(partition)
    return {one: Share(frozenset(owned[one]), frozenset(deputised[one])) for one in members}


def _weight(member: str, partition: int) -> bytes:
    return blake2b(f"{member}/{partition}".encode(), digest_size=8).digest()
