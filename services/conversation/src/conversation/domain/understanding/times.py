"""What a mention of a clock time means: "alle 15", "dopo le 17", "between 3 and 5"."""

from conversation.domain.understanding.clock import parse_clock
from conversation.domain.understanding.lexicon import Lexicon
from conversation.domain.understanding.patterns import Mention
from conversation.domain.understanding.piece import Piece


def read_time(mention: Mention, lexicon: Lexicon) -> Piece | None:
    """None when the numbers make no time ("alle 35")."""
    said = (mention.parts.get(name) for name in ("clock", "first", "second"))
    clocks = tuple(parse_clock(words, lexicon) for words in said if words is not None)
    sure = tuple(clock for clock in clocks if clock is not None)
    if not sure or len(sure) < len(clocks):
        return None
    match mention.kind:
        case "after":
            return Piece(after=sure[0])
        case "before":
            return Piece(before=sure[0])
        case "between":
            return Piece(after=sure[0], before=sure[-1])
        case _:
            return Piece(clocks=sure)
