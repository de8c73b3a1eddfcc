"""Who is next: conversations in order, live before planned, and no business starves another.

Pure: it knows neither clocks nor brokers. Inside a lane, the business that got least lately comes first;
of one business, whoever has waited longest.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from contracts.lanes import LANES, Lane

T = TypeVar("T")


@dataclass(frozen=True)
class Ticket:
    """Whose turn it would be: one conversation of one business, in one lane."""

    lane: Lane
    tenant: str
    conversation: str


class FairQueue(Generic[T]):
    """Items wait here until they are taken. `at_once` items may be in hand, `per_tenant` of one business."""

    def __init__(self, at_once: int, per_tenant: int) -> None:
        self._at_once = at_once
        self._per_tenant = per_tenant
        self._held: set[str] = set()  # businesses that let the others go first
        self._waiting: dict[Ticket, deque[T]] = {}
        self._ready: dict[Lane, dict[str, dict[Ticket, None]]] = {lane: {} for lane in LANES}
        self._engaged: set[tuple[str, str]] = set()  # conversations in hand or resting
        self._in_hand: dict[str, int] = defaultdict(int)
        self._spent: dict[str, int] = {}
        self._spent_now = 0

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def waiting(self) -> dict[Lane, int]:
        """How many items wait in each lane."""
        counts = dict.fromkeys(LANES, 0)
        for ticket, items in self._waiting.items():
            counts[ticket.lane] += len(items)
        return counts

    def hold(self, tenant: str) -> None:
        """Nothing more of this business is taken, until it is let go."""
        self._held.add(tenant)

    def let_go(self, tenant: str) -> None:
        """What waits of this business may be taken again."""
        self._held.discard(tenant)

    def add(self, ticket: Ticket, item: T) -> None:
        """At the end of its conversation."""
        self._waiting.setdefault(ticket, deque()).append(item)
        self._make_ready(ticket)

    def take(self) -> tuple[Ticket, T] | None:
        """The next item, which is in hand from now on; None when nobody may go on now."""
        if sum(self._in_hand.values()) >= self._at_once or (ticket := self._next()) is None:
            return None
        items = self._waiting[ticket]
        item = items.popleft()
        if not items:
            del self._waiting[ticket]
        self._engage(ticket)
        return ticket, item

    def done(self, ticket: Ticket) -> None:
        """What was taken is finished: its conversation may go on."""
        self._leave_hand(ticket.tenant)
        self.wake(ticket)

    def rest(self, ticket: Ticket, item: T) -> None:
        """What was taken comes again, before all else of its conversation, once somebody wakes it."""
        self._leave_hand(ticket.tenant)
        self._waiting.setdefault(ticket, deque()).appendleft(item)

    def wake(self, ticket: Ticket) -> None:
        """A resting conversation may go on."""
        self._engaged.discard((ticket.tenant, ticket.conversation))
        for lane in LANES:
            self._make_ready(Ticket(lane, ticket.tenant, ticket.conversation))

    def forget(self, unwanted: Callable[[T], bool]) -> None:
        """Drops waiting items; those in hand are not touched."""
        for ticket, items in list(self._waiting.items()):
            kept = deque(item for item in items if not unwanted(item))
            if kept:
                self._waiting[ticket] = kept
            else:
                del self._waiting[ticket]
                self._unready(ticket)

    def _next(self) -> Ticket | None:
        for lane in LANES:
            free = [one for one in self._ready[lane] if self._may_go_on(one)]
            if free:
                poorest = min(free, key=lambda tenant: self._spent[tenant])
                return next(iter(self._ready[lane][poorest]))
        return None

    def _may_go_on(self, tenant: str) -> bool:
        return tenant not in self._held and self._in_hand.get(tenant, 0) < self._per_tenant

    def _engage(self, ticket: Ticket) -> None:
        self._engaged.add((ticket.tenant, ticket.conversation))
        self._in_hand[ticket.tenant] += 1
        self._spent_now = self._spent[ticket.tenant]
        self._spent[ticket.tenant] += 1
        for lane in LANES:
            self._unready(Ticket(lane, ticket.tenant, ticket.conversation))

    def _leave_hand(self, tenant: str) -> None:
        self._in_hand[tenant] -= 1
        if not self._in_hand[tenant]:
            del self._in_hand[tenant]

    def _make_ready(self, ticket: Ticket) -> None:
        if ticket not in self._waiting or (ticket.tenant, ticket.conversation) in self._engaged:
            return
        if all(ticket.tenant not in tenants for tenants in self._ready.values()):
            # Who was away has no credit from that time; nor does who comes back begin behind the others.
            self._spent[ticket.tenant] = max(self._spent.get(ticket.tenant, 0), self._spent_now)
        self._ready[ticket.lane].setdefault(ticket.tenant, {})[ticket] = None

    def _unready(self, ticket: Ticket) -> None:
        tenants = self._ready[ticket.lane]
        if ticket in tenants.get(ticket.tenant, {}):
            del tenants[ticket.tenant][ticket]
            if not tenants[ticket.tenant]:
                del tenants[ticket.tenant]
