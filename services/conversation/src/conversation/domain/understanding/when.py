"""The day and time that a message asks for."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from conversation.domain.understanding.clock import Clock, readings
from conversation.domain.understanding.days import DAY_READERS, day_part
from conversation.domain.understanding.lexicon import Lexicon, lexicon_of
from conversation.domain.understanding.model import Expecting, Language, When
from conversation.domain.understanding.patterns import Mention, find_mentions, shapes_of
from conversation.domain.understanding.piece import Piece, Window
from conversation.domain.understanding.times import read_time
from conversation.domain.understanding.wishes import Spoken, Wish, given_up, role_of, wanted

MIDNIGHT = time(0)


def read_when(text: str, language: Language, now: datetime, expecting: Expecting, wish: Wish) -> When | None:
    """Read normalised `text`. `now` is in the tenant's zone; None when no day or time is asked."""
    pieces = wanted(_spoken(text, language, now, expecting), wish)
    return _merge(pieces, expecting) if pieces else None


def read_source(text: str, language: Language, now: datetime, expecting: Expecting) -> When | None:
    """The day and time of the appointment that shall be moved; None if they are not said."""
    pieces = given_up(_spoken(text, language, now, expecting))
    return _merge(pieces, expecting) if pieces else None


def _spoken(text: str, language: Language, now: datetime, expecting: Expecting) -> list[Spoken]:
    lexicon = lexicon_of(language)
    shapes = shapes_of(language, bare_hours=expecting.slot == "when")
    return [
        Spoken(piece, role_of(mention, text, language))
        for mention in find_mentions(text, shapes)
        if (piece := _read_piece(mention, lexicon, now)) is not None
    ]


def _read_piece(mention: Mention, lexicon: Lexicon, now: datetime) -> Piece | None:
    """None for noise (a price, a phone number) and for what no calendar has ("31 febbraio")."""
    reader = DAY_READERS.get(mention.kind)
    if reader is not None:
        return reader(mention.parts, lexicon, now)
    if mention.kind == "daypart":
        return Piece(window=day_part(mention.parts["daypart"], lexicon))
    return read_time(mention, lexicon)


def _merge(pieces: Sequence[Piece], expecting: Expecting) -> When:
    window = next((p.window for p in pieces if p.window), None)
    unlikely = expecting.morning_hours_unlikely

    def read(clocks: Iterable[Clock]) -> tuple[time, ...]:
        found = (readings(c, window, morning_hours_unlikely=unlikely) for c in clocks)
        return tuple(dict.fromkeys(t for times in found for t in times))

    after, before = read(p.after for p in pieces if p.after), read(p.before for p in pieces if p.before)
    times = read(clock for p in pieces for clock in p.clocks)
    start, end = (None, None) if times or after or before else _open_sides(window)
    return When(
        dates=_dates(pieces),
        times=times,
        not_before=after[-1] if after else start,
        not_after=before[-1] if before else end,
        date_range=_date_range(pieces),
    )


def _open_sides(window: Window | None) -> tuple[time | None, time | None]:
    if window is None:
        return None, None
    start, end = window
    return start if start != MIDNIGHT else None, end if end != MIDNIGHT else None


def _dates(pieces: Sequence[Piece]) -> tuple[date, ...]:
    """The days said; "domani, martedì" is one day, "martedì della settimana prossima" too."""
    spans = [p.date_range for p in pieces if p.date_range]
    named = [day for p in pieces if p.weekday is None for day in p.dates]
    found: list[date] = []
    for piece in pieces:
        if piece.weekday is None:
            found += piece.dates
        elif all(day.weekday() != piece.weekday for day in named):
            found += [_within(day, spans) for day in piece.dates]
    return tuple(dict.fromkeys(found))


def _within(day: date, spans: Sequence[tuple[date, date]]) -> date:
    later = day + timedelta(days=7)
    if any(first <= later <= last and not first <= day <= last for first, last in spans):
        return later
    return day


def _date_range(pieces: Sequence[Piece]) -> tuple[date, date] | None:
    return next((p.date_range for p in pieces if p.date_range and not _dates(pieces)), None)
