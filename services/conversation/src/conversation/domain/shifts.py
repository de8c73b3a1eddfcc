"""Another time said relative to the old one: "un'ora dopo", "same time". Patterns lie in shifts.yaml."""

import re
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files

import yaml

from conversation.domain.understanding import When
from conversation.domain.wish import exactly

_Patterns = tuple[tuple[re.Pattern[str], ...], tuple[tuple[re.Pattern[str], int], ...]]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    read = yaml.safe_load(files("conversation.domain").joinpath("shifts.yaml").read_text(encoding="utf-8"))
    same = tuple(re.compile(pattern) for pattern in read["same_time"])
    return same, tuple((re.compile(one["pattern"]), int(one["minutes"])) for one in read["shifts"])


def shifted(text: str, start: datetime) -> When | None:
    """The local moment that lies as far from `start` as the text says; None if it says no such thing."""
    plain = _plain(text)
    minutes = next((by for pattern, by in _patterns()[1] if pattern.search(plain)), None)
    return exactly(start + timedelta(minutes=minutes)) if minutes is not None else None


def keeps_time(text: str) -> bool:
    """Whether the text wants the time of day to stay as it is."""
    plain = _plain(text)
    return any(pattern.search(plain) for pattern in _patterns()[0])


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(char for char in parts if not unicodedata.combining(char))
