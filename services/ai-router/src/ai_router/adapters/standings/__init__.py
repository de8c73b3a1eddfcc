"""How ways and keys are, shared by all replicas through Redis."""

from ai_router.adapters.standings.shared_standings import SharedStandings
from ai_router.adapters.standings.telling import Changed

__all__ = ["Changed", "SharedStandings"]
