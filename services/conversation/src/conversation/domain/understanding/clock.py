"""Clock times as people say them: "alle 3 e mezza", "half past three", "quinze heures trente"."""

import re
from dataclasses import dataclass, replace
from datetime import time
from functools import lru_cache

from conversation.domain.understanding.lexicon import Lexicon, Meridiem
from conversation.domain.understanding.model import Language
from conversation.domain.understanding.patterns import templates_of

FIRST_MORNING_HOUR = 8  # 8 to 11 said alone are the morning, 1 to 7 the afternoon
NOON = 12


@dataclass(frozen=True)
class Clock:
    """A time as said. `hour` is 0 to 23; `exact` when it cannot mean the other half of the day.

    `named` is the hour in the words where it is another: 8 in "otto meno dieci".
    """

    hour: int
    minute: int
    exact: bool
    named: int | None = None

    def at(self, *, after_noon: bool) -> time:
        return time(self.hour + (NOON if after_noon and self.hour < NOON else 0), self.minute)


@lru_cache(maxsize=8)
def _shapes(language: Language, shapes: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    templates = templates_of(language)
    ending = templates.expand("(?: ?{meridiem:meridiem})?", named=True)
    return tuple(re.compile(f"(?:{templates.expand(shape, named=True)}){ending}") for shape in shapes)


def parse_clock(text: str, lexicon: Lexicon) -> Clock | None:
    """None when the words make no time of day ("le 25")."""
    for shape in _shapes(lexicon.language, lexicon.clock):
        if match := shape.fullmatch(text.strip()):
            return _clock({k: v for k, v in match.groupdict().items() if v}, lexicon)
    return None


def _clock(parts: dict[str, str], lexicon: Lexicon) -> Clock | None:
    if "digital" in parts:
        hour, minute = (int(n) for n in re.split("[:.]", parts["digital"])[:2])
        said = parts["digital"]
    else:
        said = parts["hour"]
        hour = _number(said, lexicon.named_hours | lexicon.numbers)
        minute = _minutes(parts.get("minutes"), lexicon)
    meridiem = lexicon.meridiems.get(parts.get("meridiem", ""))
    if "to_minutes" not in parts:
        return _settle(hour % 24, minute, meridiem, said)
    before = _settle((hour - 1) % 24, 60 - _minutes(parts["to_minutes"], lexicon), meridiem, said)
    return before and replace(before, named=hour)


def _settle(hour: int, minute: int, meridiem: Meridiem | None, said: str) -> Clock | None:
    if minute > 59:
        return None
    if meridiem is not None and hour <= NOON:
        return Clock(hour % NOON + (NOON if meridiem == "pm" else 0), minute, exact=True)
    exact = hour >= NOON or hour == 0 or said.startswith("0")
    return Clock(hour, minute, exact)


def _minutes(said: str | None, lexicon: Lexicon) -> int:
    return _number(said, lexicon.fractions | lexicon.numbers) if said else 0


def _number(said: str, names: dict[str, int]) -> int:
    return names[said] if said in names else int(said)


def readings(
    clock: Clock, window: tuple[time, time] | None, *, morning_hours_unlikely: bool
) -> tuple[time, ...]:
    """The times of day that may be meant; two when nothing tells morning from evening.

    A day part said beside it ("domani sera alle 8") decides; then the business hours do.
    """
    if clock.exact:
        return (clock.at(after_noon=False),)
    both = (clock.at(after_noon=False), clock.at(after_noon=True))
    if window is not None:
        inside = tuple(t for t in both if window[0] <= t <= window[1])
        if inside or window[0] >= time(NOON):
            return inside or (both[1],)
    if (clock.named or clock.hour) >= FIRST_MORNING_HOUR:
        return both[:1]
    return both[1:] if morning_hours_unlikely else both
