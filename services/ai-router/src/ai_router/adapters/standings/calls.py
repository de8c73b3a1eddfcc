"""The calls of this replica that are under way, and which of them probe."""

from dataclasses import dataclass

from ai_router.domain.standings.entries import Names


@dataclass(slots=True)
class _UnderWay:
    calls: int = 0
    probe: str = ""


class Calls:
    """Counts calls of the same way and key. Of two that are under way at once nobody knows which one ends,
    so a probe among them is given up only by the last."""

    def __init__(self) -> None:
        self._under_way: dict[Names, _UnderWay] = {}

    def begin(self, names: Names, probe: str = "") -> None:
        """A call begins, perhaps as a probe."""
        same = self._under_way.setdefault(names, _UnderWay())
        same.calls += 1
        same.probe = probe or same.probe

    def end(self, names: Names) -> tuple[str, bool]:
        """A call ends: the probe that it may be, and whether it was the last one."""
        same = self._under_way.get(names, _UnderWay(1))
        same.calls -= 1
        if same.calls <= 0:
            self._under_way.pop(names, None)
        return same.probe, same.calls <= 0
