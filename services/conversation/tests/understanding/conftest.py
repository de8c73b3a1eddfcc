from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conversation.domain.understanding import Term, Understanding, Vocabulary, understand

WEDNESDAY_MORNING = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("Europe/Rome"))

SALON = Vocabulary(
    services=(
        Term("cut-women", ("taglio donna", "women's haircut", "coupe femme")),
        Term("cut-men", ("taglio uomo", "men's haircut", "coupe homme")),
        Term("blow-dry", ("piega", "blow dry", "brushing")),
        Term("beard", ("barba", "beard trim", "barbe")),
    ),
    staff=(Term("giulia", ("Giulia",)), Term("marco", ("Marco",))),
)

Read = Callable[..., Understanding]


@pytest.fixture(scope="session")
def read() -> Read:
    """Understand a text said to a salon in Rome on Wednesday 11 March 2026 at ten."""

    def understood(text: str, **setting: object) -> Understanding:
        asked: dict[str, object] = {"now": WEDNESDAY_MORNING, "vocabulary": SALON, **setting}
        return understand(text, **asked)  # type: ignore[arg-type]

    return understood
