"""How well a question may be answered: the budget and the time it has waited say so. Pure."""

from typing import Final, Literal

Level = Literal["normal", "cheaper", "rules"]
"""`cheaper`: the purpose's cheapest tier alone. `rules`: no AI at all."""

_LEVELS: Final[tuple[Level, ...]] = ("normal", "cheaper", "rules")


def worse(one: Level, other: Level) -> Level:
    """The one that gives less."""
    return max(one, other, key=_LEVELS.index)


def level_at(age_seconds: float, cheaper_after: float, rules_after: float) -> Level:
    """What is still made of a question that has waited: old ones make room for those behind them.

    By the question's own age, so that all is as before once the queue is short again.
    """
    if age_seconds >= rules_after:
        return "rules"
    return "cheaper" if age_seconds >= cheaper_after else "normal"
