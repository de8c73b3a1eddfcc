"""Conversations to make fixtures of, decided by the real rules."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from contracts.tenants import TenantConfig
from ops.replay.history import History
from ops.replay.rehearsal import script

TALK = (
    "Ciao, sono Marta Rossi, vorrei prenotare un taglio donna domani alle 15 con Marco",
    "il mio numero è 347 881 2390, oppure marta.rossi@gmail.com",
    "mia figlia Sofia Esposito abita in via Garibaldi 12, 00153 Roma",
    "quanto costa il taglio uomo?",
    "posso spostare a giovedì alle 16?",
    "grazie, M A R T A",
)
"""A customer who tells a lot of herself."""


@pytest.fixture(scope="session")
def lyo() -> TenantConfig:
    """The hairdresser's of the examples, whose stylist is called Marco."""
    file = Path(__file__).parents[3] / "deploy" / "tenants" / "lyo.yaml"
    content = yaml.safe_load(file.read_text("utf-8"))
    return TenantConfig.model_validate(content)


@pytest.fixture(scope="session")
def talk(lyo: TenantConfig) -> Callable[..., History]:
    """Makes the record of what a customer of that number writes, and of all that follows."""

    def made(*texts: str, address: str = "393478812390") -> History:
        return script(lyo, texts or TALK, address=address)

    return made
