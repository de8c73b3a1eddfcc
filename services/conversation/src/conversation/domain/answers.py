"""Questions about the business that its configuration answers: hours, address, prices, services."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby

from contracts.tenants import WEEKDAYS, Interval, Service
from conversation.domain.phrases import Phrases, sentence
from conversation.domain.reading import Reading
from conversation.domain.turn import Scene
from conversation.domain.understanding import Intent

_MONDAY = date(2024, 1, 1)  # any Monday, to name weekdays by


def answers(reading: Reading, scene: Scene) -> tuple[str, ...]:
    """One paragraph for each question in the message."""
    asked = [intent for intent in reading.intents if intent in _ANSWERS]
    if not reading.services:
        asked = [intent for intent in asked if intent is not Intent.OFFERS]  # of what we do not know
    told = (_ANSWERS[intent](reading, scene) for intent in asked)
    return tuple(dict.fromkeys(told))


def _hours(reading: Reading, scene: Scene) -> str:
    if not scene.config.hours:
        return scene.phrases("hours_unknown")
    days = reading.when.dates if reading.when else ()
    if days:
        return " ".join(_hours_of(day, scene) for day in days[:3])
    return "\n".join((scene.phrases("hours"), *_week(scene)))


def _hours_of(day: date, scene: Scene) -> str:
    phrases, opening = scene.phrases, scene.config.opening(day)
    named = sentence(phrases.day(day))
    if opening:
        return phrases("open_on", day=named, hours=_intervals(opening, phrases))
    told = phrases("closed_on", day=named)
    following = (day + timedelta(days=n) for n in range(1, 60))
    if again := next((one for one in following if scene.config.opening(one)), None):
        start = phrases.clock(scene.config.opening(again)[0].start)
        told += " " + phrases("reopens", day=phrases.day(again), time=start)
    return told


def _intervals(opening: tuple[Interval, ...], phrases: Phrases) -> str:
    return phrases.both(f"{phrases.clock(one.start)}–{phrases.clock(one.end)}" for one in opening)


def _week(scene: Scene) -> list[str]:
    """One line for each run of weekdays with the same hours."""
    phrases, config = scene.phrases, scene.config
    spans = [tuple(sorted(config.hours.get(day, ()), key=lambda one: one.start)) for day in WEEKDAYS]
    lines = []
    for opening, days in groupby(range(7), key=lambda day: spans[day]):
        run = list(days)
        hours = _intervals(opening, phrases) if opening else phrases("closed")
        lines.append(phrases("hours_line", days=sentence(_run(run, phrases)), hours=hours))
    return lines


def _run(days: list[int], phrases: Phrases) -> str:
    first, last = (phrases.weekday(_MONDAY + timedelta(days=day)) for day in (days[0], days[-1]))
    return first if len(days) == 1 else phrases("days_through", first=first, last=last)


def _address(_: Reading, scene: Scene) -> str:
    phrases, config = scene.phrases, scene.config
    if config.address is None:
        return phrases("address_unknown")
    told = phrases("address", address=config.address.in_(phrases.language))
    return f"{told} {phrases('address_phone', phone=config.phone)}" if config.phone else told


def _prices(reading: Reading, scene: Scene) -> str:
    named = [one for one in scene.config.services if one.id in reading.services]
    if len(named) == 1:
        return _price(named[0], scene.phrases)
    return _list("price_list", named or list(scene.config.services), scene.phrases)


def _price(service: Service, phrases: Phrases) -> str:
    name = sentence(phrases.named(service))
    if service.price is None:
        return phrases("price_none", service=name, minutes=service.duration)
    return phrases("price_one", service=name, price=phrases.money(service.price), minutes=service.duration)


def _services(_: Reading, scene: Scene) -> str:
    return _list("services_list", list(scene.config.services), scene.phrases)


def _list(heading: str, services: list[Service], phrases: Phrases) -> str:
    if not services:
        return phrases("services_none")
    return "\n".join((phrases(heading), *(_line(one, phrases) for one in services)))


def _line(service: Service, phrases: Phrases) -> str:
    name = phrases.named(service)
    if service.price is None:
        return phrases("service_line_free", service=name, minutes=service.duration)
    return phrases("service_line", service=name, price=phrases.money(service.price), minutes=service.duration)


_ANSWERS: dict[Intent, Callable[[Reading, Scene], str]] = {
    Intent.HOURS: _hours,
    Intent.ADDRESS: _address,
    Intent.PRICES: _prices,
    Intent.SERVICES: _services,
}
QUESTIONS = tuple(_ANSWERS)
_ANSWERS[Intent.OFFERS] = _prices
