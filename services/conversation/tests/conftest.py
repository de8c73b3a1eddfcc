"""A salon, its scheduler in a few lines, and a customer who talks to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

import pytest

from chassis.clock import Clock
from contracts import bookings as b
from contracts.decisions import TurnDecided
from contracts.envelope import NAMESPACE, Event
from contracts.events import caused, first
from contracts.messages import Channel, Inbound, MessageReceived, MessageSendRequested, Option
from contracts.model import Data
from contracts.tenants import TenantConfig
from conversation.domain.decided import turn_decided
from conversation.domain.dialogue import decide
from conversation.domain.state import Conversation

WEEK = ("tuesday", "wednesday", "thursday", "friday", "saturday")

SALON = TenantConfig.model_validate(
    {
        "id": "salon",
        "name": "Salone Prova",
        "timezone": "Europe/Rome",
        "languages": ["it", "en", "fr"],
        "address": "Via dei Mille 1, Roma",
        "phone": "+39 06 000000",
        "hours": {day: ["09:00-12:30", "14:30-19:00"] for day in WEEK},
        "services": [
            {"id": "taglio-donna", "duration": 45, "price": "35", "aliases": ["taglio", "haircut", "coupe"],
             "name": {"it": "taglio donna", "en": "women's haircut", "fr": "coupe femme"}},
            {"id": "taglio-uomo", "duration": 30, "price": "22", "aliases": ["taglio", "haircut", "coupe"],
             "name": {"it": "taglio uomo", "en": "men's haircut", "fr": "coupe homme"}},
            {"id": "piega", "duration": 30, "price": "20.50",
             "name": {"it": "piega", "en": "blow-dry", "fr": "brushing"}},
        ],
        "staff": [{"id": "giulia", "name": "Giulia"}, {"id": "marco", "name": "Marco"}],
        "facts": [
            {"id": "cards", "questions": ["Accettate carte?", "Do you take cards?", "Prenez-vous la carte ?"],
             "answer": {"it": "Sì, accettiamo carte.", "en": "Yes, we take cards.",
                        "fr": "Oui, nous prenons la carte."}},
        ],
    }
)  # fmt: skip


@dataclass
class FakeScheduler:
    """Half-hour steps, one chair; `busy` are local starts."""

    config: TenantConfig
    busy: set[datetime] = field(default_factory=set)
    agreed: dict[UUID, b.Appointment] = field(default_factory=dict)
    requests: list[Data] = field(default_factory=list)

    def answer(self, data: Data, now: datetime) -> Data | None:
        self.requests.append(data)
        match data:
            case b.BookingRequested():
                return self._agree(data.booking_id, data.service_id, data, now)
            case b.BookingMoveRequested():
                return self._agree(data.booking_id, self.agreed[data.booking_id].service_id, data, now)
            case b.BookingCancelRequested():
                return b.BookingCancelled(appointment=self.agreed.pop(data.booking_id))
            case b.AvailabilityRequested():
                moved = self.agreed.pop(data.moving, None) if data.moving else None
                within = self._free(data.earliest, data.latest)[: data.limit]
                if moved:
                    self.agreed[moved.booking_id] = moved
                slots = within or self._free(data.latest, data.latest + timedelta(days=14))[:3]
                return b.AvailabilityFound(
                    service_id=data.service_id, earliest=data.earliest, latest=data.latest,
                    within=bool(within), slots=tuple(slots),
                )  # fmt: skip
        return None

    def _agree(self, booking_id: UUID, service_id: str, wish: Any, now: datetime) -> Data:
        before = self.agreed.pop(booking_id, None)  # its own time counts as free
        free = self._free(max(now, wish.start - timedelta(days=7)), wish.start + timedelta(days=7))
        if wish.start not in [slot.start for slot in free]:
            local = wish.start.astimezone(self.config.zone)
            service = self.config.service(service_id)
            end = (local + timedelta(minutes=service.duration)).time() if service else local.time()
            is_open = any(i.start <= local.time() < end <= i.end for i in self.config.opening(local.date()))
            if before:
                self.agreed[booking_id] = before
            nearest = sorted(free, key=lambda slot: abs(slot.start - wish.start))[:3]
            return b.BookingRefused(
                booking_id=booking_id, request="book" if isinstance(wish, b.BookingRequested) else "move",
                reason="past" if wish.start < now else "taken" if is_open else "closed",
                service_id=service_id, start=wish.start,
                alternatives=tuple(sorted(nearest, key=lambda slot: slot.start)),
            )  # fmt: skip
        self.agreed[booking_id] = made = b.Appointment(
            booking_id=booking_id, service_id=service_id, resource_id=wish.resource_id or "marco",
            start=wish.start, end=wish.start + timedelta(minutes=30),
        )  # fmt: skip
        if before:
            return b.BookingMoved(appointment=made, previous_start=before.start)
        return b.BookingConfirmed(appointment=made)

    def _free(self, earliest: datetime, latest: datetime) -> list[b.Slot]:
        zone, slots = self.config.zone, []
        taken = {one.start for one in self.agreed.values()}
        day = earliest.astimezone(zone).date()
        while day <= latest.astimezone(zone).date():
            for opening in self.config.opening(day):
                local = datetime.combine(day, opening.start)
                while local.time() < opening.end:
                    start = local.replace(tzinfo=zone).astimezone(UTC)
                    if local not in self.busy and start not in taken and earliest <= start < latest:
                        slots.append(b.Slot(start=start, resource_id="marco"))
                    local += timedelta(minutes=30)
            day += timedelta(days=1)
        return slots


@dataclass
class Talk:
    """One customer writing to the salon; scheduler answers come at once unless `held`."""

    now: datetime
    config: TenantConfig = SALON
    name: str | None = "Anna Rossi"
    channel: Channel = Channel.WHATSAPP
    hint: str | None = None
    state: Conversation | None = None
    sent: list[MessageSendRequested] = field(default_factory=list)
    out: list[Data] = field(default_factory=list)
    held: bool = False
    owed: list[Event[Any]] = field(default_factory=list)
    events: list[Event[Any]] = field(default_factory=list)
    decided: list[TurnDecided] = field(default_factory=list)
    scheduler: FakeScheduler = None  # type: ignore[assignment]
    count: int = 0

    def __post_init__(self) -> None:
        self.scheduler = self.scheduler or FakeScheduler(self.config)

    def says(self, text: str, *, kind: str = "text", choice: str | None = None) -> str:
        """The customer writes; what the bot replies, all of it."""
        self.count += 1
        inbound = Inbound(address="+39333", name=self.name, text=text, choice=choice, language_hint=self.hint)
        received = MessageReceived(
            channel=self.channel, account="100", kind=kind, vendor_message_id=str(self.count),
            personal=inbound,
        )  # fmt: skip
        return self.happens(received)

    def taps(self, title: str) -> str:
        option = next(one for one in self.options if one.title == title)
        return self.says(option.title, kind="choice", choice=option.id)

    def happens(self, data: Data) -> str:
        self.now += timedelta(seconds=5)
        event = first(
            data, event_id=uuid5(NAMESPACE, f"{self.count}/{len(self.events)}"), source="test",
            tenant=self.config.id, partition="conversation", time=self.now,
        )  # fmt: skip
        before = len(self.sent)
        self._take(event)
        return "\n".join(one.personal.text for one in self.sent[before:])

    def _take(self, event: Event[Any]) -> None:
        self.events.append(event)
        step = decide(self.state, event, self.config, event.time)
        self.decided.append(turn_decided(event, self.state, step, 1))
        self.state, out = step.conversation, step.out
        self.out.extend(out)
        for n, data in enumerate(out):
            if isinstance(data, MessageSendRequested):
                self.sent.append(data)
            elif answer := self.scheduler.answer(data, event.time):
                self.owed.append(caused(event, 100 + n, answer, source="scheduler", time=event.time))
        while self.owed and not self.held:
            self._take(self.owed.pop(0))

    def release(self) -> str:
        """The held answers of the scheduler come in."""
        before, self.held = len(self.sent), False
        while self.owed:
            self._take(self.owed.pop(0))
        return "\n".join(one.personal.text for one in self.sent[before:])

    @property
    def options(self) -> tuple[Option, ...]:
        return self.sent[-1].personal.options if self.sent else ()

    @property
    def booked(self) -> list[str]:
        """What stands in the scheduler's diary, in local time."""
        starts = sorted((one.start, one.service_id) for one in self.scheduler.agreed.values())
        zone = self.config.zone
        return [f"{start.astimezone(zone):%Y-%m-%d %H:%M} {service}" for start, service in starts]


@pytest.fixture
def clock() -> Clock:
    """Noon; it goes on by a millisecond whenever it is looked at."""
    looks = count()
    return lambda: datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(milliseconds=next(looks))


@pytest.fixture
def salon() -> TenantConfig:
    return SALON


@pytest.fixture
def talk() -> Callable[..., Talk]:
    """Makes a talk that begins at a local moment, Friday 20 November 2026 10:00 unless told otherwise."""

    def begin(now: str = "2026-11-20 10:00", **rest: Any) -> Talk:
        config = rest.get("config", SALON)
        local = datetime.fromisoformat(now).replace(tzinfo=config.zone)
        return Talk(now=local.astimezone(UTC), **rest)

    return begin
