"""Which replica takes which partitions. Pure: every replica computes the same from the same view."""

from collections.abc import Iterable
from hashlib import blake2b
from math import ceil


def shares(replicas: Iterable[str], count: int) -> dict[str, frozenset[int]]:
    """The partitions of every replica: rendezvous hashing, but nobody gets more than an even share.

    A replica that comes or goes moves little more than its own share.
    """
    members = sorted(set(replicas))
    if not members:
        return {}
    most = ceil(count / len(members))
    taken: dict[str, set[int]] = {member: set() for member in members}
    for partition in range(count):
        wish = sorted(members, key=lambda member: _weight(member, partition), reverse=True)
        winner = next(member for member in wish if len(taken[member]) < most)
        taken[winner].add(partition)
    return {member: frozenset(mine) for member, mine in taken.items()}


def _weight(member: str, partition: int) -> bytes:
    return blake2b(f"{member}/{partition}".encode(), digest_size=8).digest()
