"""One mention of a day or time, read."""

from dataclasses import dataclass
from datetime import date, time

from conversation.domain.understanding.clock import Clock

Window = tuple[time, time]  # a day part; midnight at either end is an open side


@dataclass(frozen=True)
class Piece:
    """One mention, read. Only the fields that it speaks of are set."""

    dates: tuple[date, ...] = ()
    weekday: int | None = None  # set for a bare weekday, which another day may explain
    date_range: tuple[date, date] | None = None
    clocks: tuple[Clock, ...] = ()
    after: Clock | None = None
    before: Clock | None = None
    window: Window | None = None

    @property
    def tells_day(self) -> bool:
        return bool(self.dates or self.date_range)

    @property
    def tells_time(self) -> bool:
        return bool(self.clocks or self.after or self.before)
