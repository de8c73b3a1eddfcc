"""Of the days and times mentioned, which ones are wanted.

"Da martedì a giovedì" gives up Tuesday when a booking is moved, and means three days otherwise;
"domani non posso, giovedì?" refuses tomorrow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from conversation.domain.understanding.lexicon import lexicon_of
from conversation.domain.understanding.model import Language
from conversation.domain.understanding.patterns import Mention, templates_of
from conversation.domain.understanding.piece import Piece

SPANS = ("between", "day_span")  # their "from" belongs to themselves
Role = Literal["plain", "source", "refused", "destination"]
Wish = Literal["new", "move", "cancel"]


@dataclass(frozen=True)
class Spoken:
    """A piece and what the words around it make of it."""

    piece: Piece
    role: Role


@dataclass(frozen=True)
class _RolePatterns:
    source: re.Pattern[str]
    source_after: re.Pattern[str]
    instead: re.Pattern[str]
    refused_after: re.Pattern[str]
    destination: re.Pattern[str]


@lru_cache(maxsize=8)
def _patterns(language: Language) -> _RolePatterns:
    roles, expand = lexicon_of(language).roles, templates_of(language).expand

    def before(phrases: Sequence[str]) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(expand, phrases))}) ?$")

    def after(phrases: Sequence[str]) -> re.Pattern[str]:
        return re.compile(rf" ?(?:\| )?(?:{'|'.join(map(expand, phrases))})(?!\w)")

    return _RolePatterns(
        before(roles.source),
        after(roles.source_after),
        before(roles.instead),
        after(roles.refused_after),
        before(roles.destination),
    )


def role_of(mention: Mention, text: str, language: Language) -> Role:
    """The role that the words around a mention give it.

    Its own first word may carry it too: "alle" is both "at" and "to".
    """
    patterns = _patterns(language)
    before, after = text[: mention.start], text[mention.end :]
    own = re.match(r"\w+ ?", text[mention.start : mention.end])
    led = before + (own[0] if own and mention.kind not in SPANS else "")
    if patterns.instead.search(before) or patterns.refused_after.match(after):
        return "refused"
    if any(map(patterns.source.search, (before, led))) or patterns.source_after.match(after):
        return "source"
    return "destination" if any(map(patterns.destination.search, (before, led))) else "plain"


def wanted(spoken: Sequence[Spoken], wish: Wish) -> tuple[Piece, ...]:
    """The pieces that make up the wish, in the order said."""
    if wish == "cancel":
        return tuple(s.piece for s in spoken)
    groups = _groups(spoken)
    if wish == "new":
        return _span_of(groups) or tuple(
            piece for role, pieces in groups if role != "refused" for piece in pieces
        )
    kept = [g for g in groups if g[0] == "destination"] or [g for g in groups if g[0] == "plain"]
    return tuple(_last_end(piece) for _, pieces in kept for piece in pieces)


def given_up(spoken: Sequence[Spoken]) -> tuple[Piece, ...]:
    """The pieces that say what is moved: "quello di martedì", "the 11 o'clock to 3pm"."""
    groups = _groups(spoken)
    roles = [role for role, _ in groups]
    led = roles.index("destination") if "destination" in roles else 0
    moved = (
        pieces for n, (role, pieces) in enumerate(groups) if role == "source" or (role == "plain" and n < led)
    )
    return tuple(piece for pieces in moved for piece in pieces)


def _groups(spoken: Sequence[Spoken]) -> list[tuple[Role, list[Piece]]]:
    """Plain pieces belong to the role before them until they would say the same thing twice."""
    groups: list[tuple[Role, list[Piece]]] = []
    for said in spoken:
        joins = bool(groups) and (
            said.role == groups[-1][0] or (said.role == "plain" and not _repeats(groups[-1][1], said.piece))
        )
        if joins:
            groups[-1][1].append(said.piece)
        else:
            groups.append((said.role, [said.piece]))
    return groups


def _repeats(pieces: Sequence[Piece], new: Piece) -> bool:
    return any((old.tells_day and new.tells_day) or (old.tells_time and new.tells_time) for old in pieces)


def _span_of(groups: Sequence[tuple[Role, list[Piece]]]) -> tuple[Piece, ...]:
    """ "Dal lunedì al mercoledì" when nothing is moved: all the days from one to the other."""
    if [role for role, _ in groups] != ["source", "destination"]:
        return ()
    (_, [first, *_]), (_, [last, *rest]) = groups
    if not (first.dates and last.dates) or first.dates[0] > last.dates[0]:
        return ()
    return (Piece(date_range=(first.dates[0], last.dates[0])), *rest)


def _last_end(piece: Piece) -> Piece:
    """ "From 3 to 5pm" moves to 5pm."""
    if piece.after is not None and piece.before is not None:
        return replace(piece, after=None, before=None, clocks=(piece.before,))
    return piece
