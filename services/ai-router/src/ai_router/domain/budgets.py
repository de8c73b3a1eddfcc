"""What a business may still spend on AI, and what changes as it runs out. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars spent so far in the day and the month, which begin on these local dates."""

    day: Decimal
    month: Decimal
    day_starts: date
    month_starts: date
