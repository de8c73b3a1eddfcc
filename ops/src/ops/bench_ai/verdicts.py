"""Whether the aims were reached. Pure."""

from collections.abc import Sequence
from typing import Final

from ops.bench_ai.figures import PERCENTS, Figures, Name, Scene, Verdict

ROUTER_MS: Final = 1.0
PART_OF_LITELLM: Final = 0.5
MEMORY_MB: Final = 150.0
_P95: Final = PERCENTS.index(95)


def verdicts(found: Sequence[Figures]) -> list[Verdict]:
    """One for each aim."""
    return [_router(found), _events(found), _memory(found)]


def scene_named(scene: Scene) -> str:
    """In words, as short as may be."""
    return f"{scene.at_once} at once" + (f", vendor {scene.delay} ms" if scene.delay else "")


def _router(found: Sequence[Figures]) -> Verdict:
    """Reached where nobody waits for a place on the processor: one question at a time."""
    p95 = _p95_of(found, "router")
    holds = [scene for scene, ms in p95.items() if ms < ROUTER_MS]
    where = "; ".join(f"{scene_named(scene)}: {ms:.2f} ms" for scene, ms in p95.items())
    aim = f"router alone: p95 overhead under {ROUTER_MS:g} ms"
    alone = [scene for scene in p95 if scene.at_once == 1]
    if not alone:
        return Verdict(aim, None, "not measured")
    told = f"holds at {' and '.join(map(scene_named, holds))}" if holds else "holds nowhere"
    return Verdict(aim, all(scene in holds for scene in alone), f"{told} ({where})")


def _events(found: Sequence[Figures]) -> Verdict:
    """Reached if it is so in every scene."""
    aim = f"event path: p95 overhead at most {PART_OF_LITELLM:.0%} of LiteLLM's"
    ours, theirs = _p95_of(found, "events"), _p95_of(found, "litellm")
    parts = {scene: ours[scene] / ms for scene, ms in theirs.items() if scene in ours and ms > 0}
    if not parts:
        return Verdict(aim, None, "LiteLLM was not measured")
    told = "; ".join(f"{scene_named(scene)}: {part:.0%}" for scene, part in parts.items())
    return Verdict(aim, all(part <= PART_OF_LITELLM for part in parts.values()), told)


def _memory(found: Sequence[Figures]) -> Verdict:
    most = {name: _most(found, name) for name in ("events", "litellm")}
    told = "; ".join(f"{name} {mb:.0f} MB" for name, mb in most.items() if mb)
    told = told.replace("events", "the service ai-router").replace("litellm", "LiteLLM's proxy")
    ours = most["events"]
    return Verdict(f"memory under {MEMORY_MB:g} MB", ours < MEMORY_MB if ours else None, told)


def _p95_of(found: Sequence[Figures], name: Name) -> dict[Scene, float]:
    return {one.scene: one.added[_P95] for one in found if one.name == name}


def _most(found: Sequence[Figures], name: str) -> float:
    return max((one.memory for one in found if one.name == name), default=0.0)
