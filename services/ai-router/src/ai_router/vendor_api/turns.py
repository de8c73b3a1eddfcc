"""A talk as vendors take it: both sides in turn, the customer's first and last."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from contracts.completions import Utterance

_SILENCE: Final = Utterance(role="customer", text="…")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said until the other spoke. What tools answered is the customer's side, and comes first:
    vendors want it right behind the calls."""

    business: bool
    parts: list[Utterance]


def alternating(talk: Iterable[Utterance]) -> list[Turn]:
    """The talk in turns; where one side is missing at either end, the customer is silent there.

    Anthropic and the templates of many open models take nothing else. Empty utterances are left out.
    """
    said = [one for one in talk if one.text.strip() or one.images or one.tool_calls or one.role == "tool"]
    if not said or said[0].role == "business":
        said.insert(0, _SILENCE)
    if said[-1].role == "business":
        said.append(_SILENCE)
    return [
        Turn(business, sorted(parts, key=lambda one: one.role != "tool"))
        for business, parts in groupby(said, key=lambda one: one.role == "business")
    ]
