"""One customer message as the dialogue reads it: typed words and tapped options in one form."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import get_args
from uuid import UUID

from contracts.messages import Inbound, Option
from contracts.tenants import Language, TenantConfig
from conversation.domain.state import Conversation, Draft, Question
from conversation.domain.understanding import (
    Expecting,
    Intent,
    Term,
    Understanding,
    Vocabulary,
    When,
    understand,
)
from conversation.domain.understanding.model import Slot as ExpectedSlot
from conversation.domain.wish import exactly, fits, names_time

SURE = 0.85  # below, an intent is inferred ("domani alle 15") rather than said

TOO_FEW_WORDS = 2

_EXPECTED: dict[Question, ExpectedSlot] = {
    "service": "service", "when": "when", "day": "when", "time": "choice", "date": "choice",
    "name": "name", "offer": "choice", "booking": "choice", "cancel": "confirm", "human": "confirm",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What was said. `services` and `staff` are ids; `booking` is the appointment that was picked."""

    text: str
    language: Language
    intents: tuple[Intent, ...] = ()
    sure: bool = True
    when: When | None = None
    services: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    name: str | None = None
    booking: UUID | None = None
    follow_up: bool = False

    def has(self, *intents: Intent) -> bool:
        return any(intent in self.intents for intent in intents)

    @property
    def wordless(self) -> bool:
        """Pictures, signs or a short number that mean nothing by themselves."""
        letters = any(map(str.isalpha, self.text))
        return self.intents == (Intent.UNKNOWN,) and not letters and sum(map(str.isdigit, self.text)) < 5

    @property
    def adds_to_a_wish(self) -> bool:
        return bool(self.when or self.services or self.staff or self.name)


def read(
    heard: Inbound, conversation: Conversation, config: TenantConfig, now: datetime, *, aware: bool
) -> Reading:
    """`now` is local. `aware` is false for a message written before the open question was seen."""
    language = language_of(heard, conversation, config)
    tapped = _picked(heard.choice, Reading(heard.text, language), config) if heard.choice else None
    if tapped:
        return tapped
    draft = conversation.draft if aware else None
    said = understand(
        heard.text, now=now, vocabulary=vocabulary(config), expecting=_expecting(draft, config),
        languages=config.languages, current=conversation.language or _hinted(heard, config),
    )  # fmt: skip
    clear = conversation.language is None or _clear(heard.text, said)
    spoken = said.language if clear and said.language in config.languages else None
    return _with_choice(_reading(heard.text, said, spoken or language), said, draft, config)


def prepare() -> None:
    """Builds what reading needs of each language, so that no customer waits for it."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for language in get_args(Language):
        understand("?", now=moment, vocabulary=Vocabulary(), expecting=Expecting(), languages=(language,))


def language_of(heard: Inbound, conversation: Conversation, config: TenantConfig) -> Language:
    """The language so far: the conversation's, else what the channel hints at, else the business's first."""
    known = conversation.language
    if known and known in config.languages:
        return known
    return _hinted(heard, config) or config.languages[0]


def _hinted(heard: Inbound, config: TenantConfig) -> Language | None:
    hint = (heard.language_hint or "")[:2].lower()
    return next((one for one in config.languages if one == hint), None)


def vocabulary(config: TenantConfig) -> Vocabulary:
    """What customers of this business may name."""
    return Vocabulary(
        services=tuple(Term(one.id, (*one.name.all(), *one.aliases)) for one in config.services),
        staff=tuple(Term(one.id, (one.name, *one.aliases)) for one in config.staff),
    )


def _expecting(draft: Draft | None, config: TenantConfig) -> Expecting:
    opening = [interval.start for intervals in config.hours.values() for interval in intervals]
    late = not opening or min(opening) >= time(8)
    if draft is None or draft.asked is None:
        return Expecting(morning_hours_unlikely=late)
    titles = tuple(option.title for option in draft.options)
    return Expecting(_EXPECTED[draft.asked], titles, morning_hours_unlikely=late)


def _clear(text: str, said: Understanding) -> bool:
    """Two words are little evidence against the language spoken so far; a greeting is enough."""
    return len(text.split()) > TOO_FEW_WORDS or said.intent in (Intent.GREET, Intent.THANKS)


def _reading(text: str, said: Understanding, language: Language) -> Reading:
    return Reading(
        text=text, language=language, intents=said.intents or (said.intent,),
        sure=said.confidence >= SURE, when=said.when, services=said.services, staff=said.staff,
        name=said.name, follow_up=said.follow_up,
    )  # fmt: skip


def _with_choice(reading: Reading, said: Understanding, draft: Draft | None, config: TenantConfig) -> Reading:
    """Joins the option that was named ("la seconda"), unless the message says another time."""
    options = draft.options if draft else ()
    choice = said.choice if said.choice is not None else _by_beginning(reading.text, options)
    if choice is None or choice >= len(options):
        return reading
    picked = _picked(options[choice].id, reading, config)
    return reading if picked is None or _contradicts(reading.when, picked.when) else picked


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


def _picked(option_id: str, reading: Reading, config: TenantConfig) -> Reading | None:
    """What picking an option says; None for an id that we never gave out."""
    kind, _, value = option_id.partition(":")
    if kind == "service":
        ids = tuple(one.id for one in config.services if service_option(one.id) == option_id)
        return replace(reading, services=ids) if ids else None
    try:
        if kind == "booking":
            return replace(reading, booking=UUID(value))
        return replace(reading, when=_WHEN[kind](value, config))
    except (KeyError, ValueError):
        return None


_WHEN: dict[str, Callable[[str, TenantConfig], When]] = {
    "time": lambda value, _: When(times=(time.fromisoformat(value),)),
    "date": lambda value, _: When(dates=(date.fromisoformat(value),)),
    "slot": lambda value, config: exactly(datetime.fromisoformat(value).astimezone(config.zone)),
}


def option(kind: str, value: str, title: str) -> Option:
    """An option that `read` understands when it comes back."""
    return Option(id=f"{kind}:{value}"[:64], title=title if len(title) <= 20 else f"{title[:19]}…")
