"""How a keyed inbox is divided, and the way from one number of partitions to another. Pure.

Each number of partitions is a generation of its own: an exchange and its queues. A change is wished,
then begun (the next generation is made and gets all that comes in), then closing (nothing reaches the
current one any more, and each of its queues ends with a marker), then finished: all of the current
generation has been handled, and only now anything is taken from the next.
"""

from datetime import datetime
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict

from contracts import channels, events
from contracts.envelope import Event
from contracts.operations import PartitionsChanged, PartitionsChangeRequested

_IDS_KEPT: Final = 20


class Generation(BaseModel):
    """So many partitions under names of their own."""

    model_config = ConfigDict(frozen=True)

    generation: int = 0
    count: int = channels.PARTITIONS


class Wish(BaseModel):
    """The event by which somebody asked for a number of partitions."""

    model_config = ConfigDict(frozen=True)

    event: dict[str, Any]

    @property
    def read(self) -> Event[PartitionsChangeRequested]:
        """The event itself."""
        return events.EVENT_MODELS[self.event["type"]].model_validate(self.event)

    @property
    def count(self) -> int:
        """How many partitions are wished."""
        return self.read.data.count


class Layout(BaseModel):
    """What one service's inbox is divided into, and where it stands in a change.

    Only `current` is consumed. `next` is made and filled meanwhile; `closing` says that the queues of
    `current` have their end markers. `outbox` is what is still to be published.
    """

    model_config = ConfigDict(frozen=True)

    current: Generation = Generation()
    next: Generation | None = None
    closing: bool = False
    cause: Wish | None = None
    wish: Wish | None = None
    wishes_seen: tuple[str, ...] = ()
    outbox: tuple[dict[str, Any], ...] = ()

    @property
    def summary(self) -> str:
        """Where it stands, in a few words."""
        if self.next is None:
            return f"{self.current.count} partitions"
        how = "emptying the old ones" if self.closing else "making the new ones"
        return f"{self.current.count} to {self.next.count} partitions: {how}"

    def wished(self, event: Event[PartitionsChangeRequested]) -> Self:
        """With a wish noted. The last one counts; during a change it waits for its end."""
        if str(event.id) in self.wishes_seen:
            return self
        seen = (*self.wishes_seen, str(event.id))[-_IDS_KEPT:]
        wish = Wish(event=event.model_dump(mode="json"))
        return self.model_copy(update={"wish": wish, "wishes_seen": seen})

    def begun(self) -> Self:
        """With the wish as the next generation, or dropped where there are so many partitions already."""
        if self.wish is None or self.next is not None:
            return self
        if self.wish.count == self.current.count:
            return self.model_copy(update={"wish": None})
        following = Generation(generation=self.current.generation + 1, count=self.wish.count)
        return self.model_copy(update={"next": following, "cause": self.wish, "wish": None})

    def closed(self) -> Self:
        """With the current generation cut off and its end marked."""
        return self.model_copy(update={"closing": self.next is not None})

    def finished(self, service: str, now: datetime) -> Self:
        """With the next generation as the current one, and the news of it to be published."""
        if self.next is None or self.cause is None:
            return self
        fact = PartitionsChanged(service=service, generation=self.next.generation, count=self.next.count)
        news = events.caused(self.cause.read, 0, fact, source=service, time=now)
        return self.model_copy(
            update={
                "current": self.next,
                "next": None,
                "closing": False,
                "cause": None,
                "outbox": (news.model_dump(mode="json"),),
            }
        )

    def told(self) -> Self:
        """With nothing left to be published."""
        return self.model_copy(update={"outbox": ()})
