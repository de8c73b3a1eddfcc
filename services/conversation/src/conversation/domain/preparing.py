"""Builds what is built once, so that no customer waits for it."""

from datetime import UTC, date, datetime
from typing import get_args

from babel.dates import format_date

from contracts.tenants import Language, TenantConfig
from conversation.domain.guard import Grounds, fault_in
from conversation.domain.shifts import shifted
from conversation.domain.understanding import Expecting, Vocabulary, understand
from conversation.domain.understanding.foreign import is_foreign
from conversation.domain.understanding.model import Slot

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_SLOTS: tuple[Slot, ...] = (None, "when", "name", "choice")


def prepare() -> None:
    """The patterns and words of each language, alone and all together; its days; how an AI is judged."""
    languages = get_args(Language)
    for language in languages:
        for slot in _SLOTS:
            _read((language,), slot)
        format_date(date(2026, 1, 1), "EEEE d MMMM", locale=language)
        _judge(language)
    _read(languages, "name")
    is_foreign("?", languages)
    shifted("?", _MOMENT)


def _read(languages: tuple[Language, ...], slot: Slot) -> None:
    expecting = Expecting(slot, ("10:00",))
    # A word of no language builds the spellers, a time the patterns for what stands around it.
    understand("qxyzw 10:30", now=_MOMENT, vocabulary=Vocabulary(), expecting=expecting, languages=languages)


def _judge(language: Language) -> None:
    nobody = TenantConfig(id="nobody", name="Nobody", timezone="UTC", languages=(language,))
    fault_in("Qxyzw 10:30, 20 EUR, 30 min.", Grounds(nobody, _MOMENT, language, ()))
