"""How ways and keys are at one moment: who may be asked, with which key first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ai_router.domain.standings.keys import in_turn
from ai_router.domain.ways import Key, Way

Hindrance = Literal["circuit_open", "resting", "no_credit", "refused_key", "not_configured"]


@dataclass(frozen=True)
class Standing:
    """`keys`: those of each vendor that may be used; `turn` says which is first. `hindered`: vendors of which
    no key may be used, and why. `open_circuits`: vendors ("openai"), models ("openai/gpt-4o-mini") and
    models with a key ("openai/gpt-4o-mini/openai-2") that are not to be asked now; half open ones that
    nobody probes may be. `rests`: when the first key of a vendor whose keys all rest may be used again, in
    seconds since the epoch.
    """

    keys: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    hindered: Mapping[str, Hindrance] = field(default_factory=dict)
    configured: frozenset[str] = frozenset()
    open_circuits: frozenset[str] = frozenset()
    rests: Mapping[str, float] = field(default_factory=dict)
    turn: int = 0

    def keys_for(self, way: Way) -> tuple[Key, ...]:
        """The keys with which this way may be tried now, in turn; none if it may not."""
        place = f"{way.vendor}/{way.model}"
        if {way.vendor, place} & self.open_circuits:
            return ()
        able = self.keys.get(way.vendor, ())
        closed = [key for key in able if f"{place}/{key.alias}" not in self.open_circuits]
        return in_turn(closed, self.turn)

    def hindrance(self, way: Way) -> Hindrance | None:
        """Why this way may not be tried now; None if it may."""
        if way.vendor not in self.configured:
            return "not_configured"
        if self.keys_for(way):
            return None
        if self.keys.get(way.vendor):
            return "circuit_open"
        return self.hindered.get(way.vendor, "resting")
