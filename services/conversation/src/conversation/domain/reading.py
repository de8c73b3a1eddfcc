"""What a customer's message says: typed words and tapped options in one form."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from contracts.messages import Option
from contracts.tenants import Language, TenantConfig
from conversation.domain.state import Draft
from conversation.domain.understanding import Intent, Understanding, When
from conversation.domain.wish import exactly, fits, names_time

SURE = 0.85


@dataclass(frozen=True)
class Reading:
    """What was said. `services` and `staff` are ids; `booking` is the appointment that was picked,
    `source` the day and time of the one to be moved. `confidence` (0 to 1) belongs to the first intent."""

    text: str
    language: Language
    intents: tuple[Intent, ...] = ()
    confidence: float = 1.0
    when: When | None = None
    services: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    name: str | None = None
    booking: UUID | None = None
    follow_up: bool = False
    source: When | None = None
    corrects: bool = False
    bundle: tuple[tuple[str, ...], ...] = ()
    open_rest: bool = False
    maybe_name: str | None = None

    def has(self, *intents: Intent) -> bool:
        return any(intent in self.intents for intent in intents)

    @property
    def sure(self) -> bool:
        """Whether the first intent was said rather than inferred ("domani alle 15")."""
        return self.confidence >= SURE

    @property
    def wordless(self) -> bool:
        """Pictures, signs or a short number that mean nothing by themselves."""
        letters = any(map(str.isalpha, self.text))
        return self.intents == (Intent.UNKNOWN,) and not letters and sum(map(str.isdigit, self.text)) < 5

    @property
    def greets_and_more(self) -> bool:
        """A greeting, and beside it what no rule understood: "hi, do you ship to Delhi?" """
        beside = {Intent.GREET, Intent.THANKS, Intent.OFFERS}  # offers of what we do not know
        return self.open_rest and self.has(Intent.GREET) and beside.issuperset(self.intents)

    @property
    def says_anything(self) -> bool:
        """Whether it holds more than its words: a tapped option may come without its title."""
        return self.adds_to_a_wish or self.booking is not None

    @property
    def adds_to_a_wish(self) -> bool:
        return bool(self.when or self.services or self.staff or self.name)


def with_choice(reading: Reading, said: Understanding, draft: Draft | None, config: TenantConfig) -> Reading:
    """Joins the option that was named ("la seconda"), unless the message says another time."""
    options = draft.options if draft else ()
    choice = said.choice if said.choice is not None else _by_beginning(reading.text, options)
    if choice is None or choice >= len(options) or reading.has(Intent.EARLIER, Intent.LATER):
        return reading
    if _is_place(reading.when, choice):
        reading = replace(reading, when=None)
    taken = picked(options[choice].id, reading, config)
    return reading if taken is None or _contradicts(reading.when, taken.when) else taken


def _is_place(when: When | None, choice: int) -> bool:
    """ "Le premier" is the first of the month as well; where there is a choice, it is the first option."""
    return when is not None and not names_time(when) and [day.day for day in when.dates] == [choice + 1]


def _by_beginning(text: str, options: tuple[Option, ...]) -> int | None:
    """ "mens" is the only title that begins so: "Men's haircut"."""
    said = _letters(text)
    found = [n for n, one in enumerate(options) if _letters(one.title).startswith(said)]
    return found[0] if len(said) >= 3 and len(found) == 1 else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _contradicts(said: When | None, picked: When | None) -> bool:
    """Whether another time was said than the one picked. A day alone may be "le premier" misread."""
    if said is None or picked is None or not names_time(said):
        return False
    if not picked.dates or not picked.times:
        return picked.times != () and not set(picked.times) & set(said.times)
    return not fits(datetime.combine(picked.dates[0], picked.times[0]), replace(said, dates=()))


def service_option(service_id: str) -> str:
    return f"service:{service_id}"[:64]


def picked(option_id: str, reading: Reading, config: TenantConfig) -> Reading | None:
    """What picking an option says; None for an id that we never gave out."""
    kind, _, value = option_id.partition(":")
    if kind == "service":
        ids = tuple(one.id for one in config.services if service_option(one.id) == option_id)
        return replace(reading, services=ids) if ids else None
    try:
        if kind == "booking":
            return replace(reading, booking=UUID(value))
        return replace(reading, when=_WHEN[kind](value, config))
    except (KeyError, ValueError, OverflowError):
        return None


def _local_time(value: str, _: TenantConfig) -> When:
    return When(times=(time.fromisoformat(value).replace(tzinfo=None),))


def _slot(value: str, config: TenantConfig) -> When:
    """Raises OverflowError where the business's own time would lie outside of the calendar."""
    start = datetime.fromisoformat(value)
    if start.tzinfo is None:
        raise ValueError(f"{value} is no instant")
    return exactly(start.astimezone(config.zone))


_WHEN: dict[str, Callable[[str, TenantConfig], When]] = {
    "time": _local_time,
    "date": lambda value, _: When(dates=(date.fromisoformat(value),)),
    "slot": _slot,
}


def option(kind: str, value: str, title: str) -> Option:
    """An option that `read` understands when it comes back."""
    return Option(id=f"{kind}:{value}"[:64], title=title if len(title) <= 20 else f"{title[:19]}…")
