"""How many replicas of each service there are to be. Pure: what is written, wanted, and to be changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ops.up.programs import SERVICES

MOST: Final = 32
"""Replicas of one service on one machine; more is a slip of the finger."""

Step = Literal["starting", "ready", "stopping", "stopped", "killed"]
"""What becomes of a replica while the number of them changes."""

NAMES: Final = tuple(one.name for one in SERVICES)


class Unfit(Exception):
    """So many replicas of that cannot be; the message says why."""


@dataclass(frozen=True)
class Change:
    """The numbers of the replicas to start and of those to stop, each in this order."""

    start: tuple[int, ...] = ()
    stop: tuple[int, ...] = ()


def name_of(service: str, number: int) -> str:
    """How people call a replica: conversation, conversation.2, conversation.3 …"""
    return service if number == 1 else f"{service}.{number}"


def service_of(name: str) -> str:
    """The service of a replica that is called so."""
    return name.partition(".")[0]


def change(numbers: Collection[int], count: int) -> Change:
    """What turns these replicas into `count`: the lowest free numbers start, the highest stop."""
    missing = count - len(numbers)
    if missing <= 0:
        return Change(stop=tuple(sorted(numbers, reverse=True)[:-missing]))
    free = (one for one in range(1, len(numbers) + count + 1) if one not in numbers)
    return Change(start=tuple(next(free) for _ in range(missing)))


def parse(written: Iterable[str]) -> dict[str, int]:
    """From `conversation=4` or `conversation=4,notifier=2`. Raises Unfit."""
    wanted: dict[str, int] = {}
    for one in (part.strip() for text in written for part in text.split(",")):
        service, equals, count = one.partition("=")
        if not one:
            continue
        if not equals or not count.isascii() or not count.isdigit():
            raise Unfit(f"{one!r} is not understood: write SERVICE=NUMBER, as conversation=4")
        wanted[service] = int(count)
    return checked(wanted)


def checked(wanted: Mapping[str, int]) -> dict[str, int]:
    """The same, when it can be. Raises Unfit."""
    for service, count in wanted.items():
        if service not in NAMES:
            raise Unfit(f"there is no service {service!r}; there are {', '.join(NAMES)}")
        if count < 1:
            raise Unfit(
                f"{service} needs one replica at least. To let messages wait, pause what they are for "
                "(bellhop pause); to stop everything, stop `bellhop up`"
            )
        if count > MOST:
            raise Unfit(f"{count} replicas of {service} are too many for one machine: at most {MOST}")
    return dict(wanted)


def services(chosen: str) -> tuple[str, ...]:
    """The services that a name means; `all` means every one. Raises Unfit."""
    if chosen == "all":
        return NAMES
    return tuple(checked({chosen: 1}))
