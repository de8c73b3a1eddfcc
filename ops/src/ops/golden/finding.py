"""Which conversation shall be recorded, and where it is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.api import Api
from ops.golden.vocabulary import strings
from ops.record.place import NoRecord
from ops.replay.history import History
from ops.replay.loading import from_file, from_gateway


@dataclass(frozen=True)
class Wish:
    """What shall be recorded, and as what."""

    ref: str
    name: str | None = None
    note: str = ""
    also: Sequence[str] = ()
    file: Path | None = None
    accept: bool = False


def find(wish: Wish) -> History:
    """The conversation that is meant. Raises NoRecord, ApiProblem, OSError."""
    if wish.file:
        meant = [one for one in from_file(wish.file).histories if _has(one, wish.ref)]
    else:
        meant = list(from_gateway(Api.of_running_stack(), wish.ref).histories)
    if len(meant) != 1:
        several = f"{len(meant)} conversations have to do with {wish.ref!r}: give the id of one"
        raise NoRecord(several if meant else f"the record holds no decided conversation with {wish.ref!r}")
    return meant[0]


def _has(history: History, ref: str) -> bool:
    """Whether anything in it is exactly this: an id, a phone number, a vendor's id of a message."""
    bare = ref.removeprefix("+")
    bodies = (event.model_dump(mode="json") for event in history.events)
    return any(text.removeprefix("+") == bare for body in bodies for text in strings(body))
