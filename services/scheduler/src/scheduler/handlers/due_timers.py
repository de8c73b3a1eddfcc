"""The loop that fires timers. Several replicas may fire the same one: its event has the same id then."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from chassis.clock import Clock
from chassis.errors import TransientError
from chassis.observability.context import taken_up
from chassis.observability.logging import get_logger
from contracts import events
from contracts.bookings import ReminderDue
from scheduler.domain.booking import Booking
from scheduler.domain.timer import Timer, reminder_id, still_wanted
from scheduler.handlers.booking_desk import SOURCE
from scheduler.ports import Bookings, Publisher, Timers

Fire = Callable[[str, Timer], Awaitable[None]]

_AT_ONCE = 100  # timers read together
_LONGEST_PAUSE = timedelta(seconds=1)  # a timer set meanwhile by another process is seen within this time

log = get_logger(__name__)


class DueTimers:
    """Fires each timer when it is due, by its kind, and then removes it; what fails stays due."""

    def __init__(self, timers: Timers, fire: Mapping[str, Fire], clock: Clock) -> None:
        self._timers = timers
        self._fire = fire
        self._clock = clock

    async def run(self) -> None:
        """Endless; cancel it to stop."""
        while True:
            pause = await self.fire_due()
            await asyncio.sleep(pause.total_seconds())

    async def fire_due(self) -> timedelta:
        """Fires all that is due and says how long to wait until looking again."""
        now = self._clock()
        soonest = await self._timers.soonest(_AT_ONCE)
        due = [(tenant, timer) for tenant, timer in soonest if timer.due <= now]
        fired = [await self._try(tenant, timer) for tenant, timer in due]
        if len(fired) == _AT_ONCE and all(fired):
            return timedelta()
        return min([_LONGEST_PAUSE, *(timer.due - now for _, timer in soonest[len(due) :])])

    async def _try(self, tenant: str, timer: Timer) -> bool:
        try:
            with taken_up():
                await self._fire[timer.kind](tenant, timer)
            await self._timers.remove(tenant, timer.key)
        except TransientError as error:
            log.warning("a timer stays due", tenant=tenant, timer=timer.key, reason=str(error))
            return False
        except Exception as error:
            log.error("a timer cannot fire", tenant=tenant, timer=timer.key, exc_info=error)
            return False
        return True


class Reminders:
    """Says that an appointment is near, if it still stands."""

    def __init__(self, bookings: Bookings, publisher: Publisher, clock: Clock) -> None:
        self._bookings = bookings
        self._publisher = publisher
        self._clock = clock

    async def fire(self, tenant: str, timer: Timer) -> None:
        stored = await self._bookings.get(tenant, UUID(str(timer.payload["booking_id"])))
        if stored and still_wanted(timer, stored.value, self._clock()):
            await self._remind(tenant, stored.value, timer.due)

    async def _remind(self, tenant: str, booking: Booking, due: datetime) -> None:
        if booking.agreed is None:
            return
        reminder = events.first(
            ReminderDue(appointment=booking.appointment),
            event_id=reminder_id(booking.id, due),
            source=SOURCE,
            tenant=tenant,
            partition=booking.agreed.conversation_id,
            time=due,
        )
        caused = reminder.model_copy(update={"causationid": booking.agreed.by})
        await self._publisher.publish(caused)
