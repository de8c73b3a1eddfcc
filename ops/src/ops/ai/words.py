"""How states, seconds and money are written for people."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

Told = dict[str, Any]
"""What the API tells."""

_COLOURS: Final = {
    "ready": "green", "resting": "yellow", "retired": "red", "off": "dim", "no key": "dim",
    "circuit open": "red", "closed": "green", "half-open": "yellow", "open": "red",
    "normal": "green", "warned": "yellow", "cheaper": "yellow", "rules": "red",
}  # fmt: skip

_CELLS: Final = 10


def coloured(state: str) -> str:
    """A state with its colour, as markup."""
    colour = _COLOURS.get(state, "yellow")
    return f"[{colour}]{state}[/{colour}]"


def clock(instant: str | None) -> str:
    """In the time zone of the terminal; the day too where it is not today."""
    if not instant:
        return ""
    moment = datetime.fromisoformat(instant).astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M:%S}" if today else f"{moment:%d %b %H:%M}"


def seconds(value: float | None) -> str:
    """As 340 ms or 2.4 s; nothing where it is not known."""
    if value is None:
        return ""
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def share(part: float, whole: float) -> str:
    """As 4.2 % or 12 %; nothing of nothing."""
    if not whole:
        return ""
    digits = 1 if 0 < part / whole < 0.1 else 0
    return f"{part / whole:.{digits}%}".replace("%", " %")


def dollars(amount: str | float | Decimal | None) -> str:
    """To the cent, smaller amounts to the first digit that counts."""
    if amount is None:
        return ""
    value = Decimal(str(amount))
    if value and value < Decimal("0.01"):
        return f"${value:.2g}" if value >= Decimal("0.0001") else "< $0.0001"
    return f"${value:,.2f}"


def thousands(count: int) -> str:
    """As 9,400, 12.3 k or 4.5 M."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1_000:.1f} k" if count < 1_000_000 else f"{count / 1_000_000:.1f} M"


def failed(part: int, whole: int) -> str:
    """How many failed; red from a tenth on."""
    if not part:
        return "0" if whole else ""
    colour = "red" if part / whole >= 0.1 else "yellow"
    return f"[{colour}]{part}[/{colour}] ({share(part, whole)})"


def bar(part: float, colour: str) -> str:
    """Ten cells, as many filled as `part` (0 to 1) says."""
    full = min(_CELLS, round(part * _CELLS))
    return f"[{colour}]{'█' * full}[/{colour}][dim]{'░' * (_CELLS - full)}[/dim]"
