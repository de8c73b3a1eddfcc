"""What a business is and offers: its whole configuration, which travels as one event."""

from datetime import date, time
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, RootModel, model_validator

from contracts.ai import AiRules, Purpose
from contracts.model import Data, SecretText, Slug
from contracts.prompts import PurposePrompts

Language = Literal["it", "en", "fr"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads hundreds of files: 45 ms


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is no IANA time zone; write for example Europe/Rome")
    return name


class Localised(RootModel[dict[str, str]]):
    """A text in one or several languages. A plain text stands for all of them."""

    model_config = {"frozen": True}

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"*": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.root:
            raise ValueError("give the text in at least one language")
        return self

    def in_(self, language: str) -> str:
        """The text in `language`, else the one for all, else the first one given."""
        return self.root.get(language) or self.root.get("*") or next(iter(self.root.values()))

    def all(self) -> tuple[str, ...]:
        """The text in every language it was given in."""
        return tuple(self.root.values())


class Interval(Data):
    """Opening hours from `start` to `end` on one day, by the clock on the business's wall."""

    start: time
    end: time

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        start, dash, end = value.replace("–", "-").partition("-")
        if not dash:
            raise ValueError(f"{value!r} is no interval; write for example 09:00-12:30")
        return {"start": start.strip(), "end": end.strip()}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"opening {self.start} must come before closing {self.end}")
        return self


class Service(Data):
    """Something a customer can book. `duration` in minutes; `price` in the tenant's currency."""

    id: Slug
    name: Localised
    aliases: tuple[str, ...] = ()
    duration: Annotated[int, Field(gt=0, le=24 * 60)]
    price: Annotated[Decimal, Field(ge=0)] | None = None


class Resource(Data):
    """A person, table or room that is booked. `services` empty means: does all of them."""

    id: Slug
    name: str
    aliases: tuple[str, ...] = ()
    services: tuple[Slug, ...] = ()


class Fact(Data):
    """Something the business knows: what customers ask, and the answer."""

    id: Slug
    questions: tuple[str, ...]
    answer: Localised


class WhatsAppAccount(Data):
    """A WhatsApp Cloud API number (Meta, Graph API v23.0)."""

    phone_number_id: str
    access_token: SecretText
    app_secret: SecretText
    verify_token: SecretText


class TelegramAccount(Data):
    """A Telegram bot (Bot API 10). The part of the token before the colon is the bot's id."""

    bot_token: SecretText
    secret_token: SecretText


class WebChat(Data):
    """The chat on the business's own web page."""

    enabled: bool = True


class Channels(Data):
    """The channels a business is reached on."""

    whatsapp: WhatsAppAccount | None = None
    telegram: TelegramAccount | None = None
    webchat: WebChat | None = None


class BookingRules(Data):
    """How appointments are given. Minutes, days and hours as the names say."""

    step_minutes: Annotated[int, Field(gt=0, le=240)] = 15
    horizon_days: Annotated[int, Field(gt=0, le=730)] = 365
    notice_minutes: Annotated[int, Field(ge=0)] = 0
    reminder_hours: Annotated[int, Field(ge=0, le=24 * 14)] = 24


class SendingRules(Data):
    """How messages go out.

    `uncertain`: what happens to one that the vendor may or may not have got, if no receipt tells. `ask`: a
    person decides. `resend`: it is sent again after a while, so the customer may get it twice.
    """

    uncertain: Literal["ask", "resend"] = "ask"


class TenantConfig(Data):
    """All of one business. Secrets in it are sealed wherever it leaves the tenant's own file."""

    id: Slug
    name: str
    kind: str = "business"
    timezone: Annotated[str, AfterValidator(_known_zone)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "IT"
    address: Localised | None = None
    phone: str | None = None
    persona: str | None = None
    channels: Channels = Channels()
    services: tuple[Service, ...] = ()
    staff: tuple[Resource, ...] = ()
    hours: dict[Weekday, tuple[Interval, ...]] = Field(default_factory=dict)
    closed_days: tuple[date, ...] = ()
    facts: tuple[Fact, ...] = ()
    booking: BookingRules = BookingRules()
    sending: SendingRules = SendingRules()
    ai: AiRules = AiRules()
    prompts: dict[Purpose, PurposePrompts] = Field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone the business lives in."""
        return ZoneInfo(self.timezone)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = [service.id for service in self.services]
        for ids, what in ((known, "service"), ([r.id for r in self.staff], "staff member")):
            if twice := {one for one in ids if ids.count(one) > 1}:
                raise ValueError(f"{what} ids must differ; twice: {', '.join(sorted(twice))}")
        for resource in self.staff:
            if strange := set(resource.services) - set(known):
                raise ValueError(f"{resource.id} does unknown services: {', '.join(sorted(strange))}")
        for day, intervals in self.hours.items():
            ordered = sorted(intervals, key=lambda one: one.start)
            if any(a.end > b.start for a, b in pairwise(ordered)):
                raise ValueError(f"opening hours of {day} overlap")
        return self

    def service(self, service_id: str) -> Service | None:
        """The service with this id."""
        return next((one for one in self.services if one.id == service_id), None)

    def resource(self, resource_id: str) -> Resource | None:
        """The staff member or other resource with this id."""
        return next((one for one in self.staff if one.id == resource_id), None)

    def resources_for(self, service_id: str) -> tuple[Resource, ...]:
        """Everybody who does this service, in the order of the file."""
        return tuple(r for r in self.staff if not r.services or service_id in r.services)

    def opening(self, day: date) -> tuple[Interval, ...]:
        """The opening hours of one day, in order; empty when closed."""
        if day in self.closed_days:
            return ()
        return tuple(sorted(self.hours.get(WEEKDAYS[day.weekday()], ()), key=lambda i: i.start))


class TenantConfigured(Data):
    """A business was set up or changed; carries all of it and its version (1, 2, 3 …)."""

    version: Annotated[int, Field(ge=1)]
    config: TenantConfig
