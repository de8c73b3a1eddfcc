"""What a customer's message says, in the words of the dialogue."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Literal

Language = Literal["it", "en", "fr"]
Slot = Literal["service", "when", "name", "choice", "confirm", None]


class Intent(StrEnum):
    """What the customer wants the business to do.

    OFFERS asks whether one thing is offered, SERVICES what all is; DENY refuses what was asked, DROP the
    whole wish; EARLIER and LATER are reckoned from the times on the table; ANYONE does the work; ALL
    means every appointment in question.
    """

    GREET = "greet"
    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    MY_BOOKINGS = "my_bookings"
    HOURS = "hours"
    ADDRESS = "address"
    PRICES = "prices"
    SERVICES = "services"
    OFFERS = "offers"
    AVAILABILITY = "availability"
    HUMAN = "human"
    THANKS = "thanks"
    BYE = "bye"
    AFFIRM = "affirm"
    DENY = "deny"
    DROP = "drop"
    SOONEST = "soonest"
    EARLIER = "earlier"
    LATER = "later"
    ANYONE = "anyone"
    ALL = "all"
    STOP = "stop"
    START = "start"
    HELP = "help"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Term:
    """A service or a staff member and everything people call it, in any language."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """What this tenant's customers may name."""

    services: tuple[Term, ...] = ()
    staff: tuple[Term, ...] = ()


@dataclass(frozen=True)
class When:
    """What was said about day and time, in the tenant's local calendar.

    Tuples hold alternatives: several members mean that the message is ambiguous or offers a choice.
    `date_range` includes both ends. Wall-clock times carry no zone: they stay the same across DST.
    """

    dates: tuple[date, ...] = ()
    times: tuple[time, ...] = ()
    not_before: time | None = None
    not_after: time | None = None
    date_range: tuple[date, date] | None = None


@dataclass(frozen=True)
class Expecting:
    """What the bot asked last, so that a bare "15" or "la seconda" can be read.

    `options` are the titles offered, in order. `morning_hours_unlikely` is true for a business
    that opens at eight or later: then "alle 3" means 15:00.
    """

    slot: Slot = None
    options: tuple[str, ...] = ()
    morning_hours_unlikely: bool = True


@dataclass(frozen=True)
class Understanding:
    """The reading of one message.

    `language` is None without evidence; `services` and `staff` are ids, several of them mean that
    the name is ambiguous; `choice` is the 0-based index of the option meant; `intents` are all that
    were found, strongest first, and `confidence` (0 to 1) belongs to the first. `follow_up`: it begins like
    more of the same question ("e domenica?"). `source`: day and time of the appointment to be moved.
    `corrects`: it takes back what was said before ("scusa, volevo dire"). `bundle`: several services
    that are wanted together, in the order said; ids that are not told apart stand together. `open_rest`:
    beside its courtesies it asks or tells something. `maybe_name`: nothing but what looks like a name,
    though none was asked for.
    """

    intent: Intent
    confidence: float
    language: Language | None
    when: When | None
    services: tuple[str, ...]
    staff: tuple[str, ...]
    name: str | None
    choice: int | None
    intents: tuple[Intent, ...]
    follow_up: bool = False
    source: When | None = None
    corrects: bool = False
    bundle: tuple[tuple[str, ...], ...] = ()
    open_rest: bool = False
    maybe_name: str | None = None
