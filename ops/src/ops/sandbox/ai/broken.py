"""Answers that come whole and are wrong all the same."""

import json
from dataclasses import replace

from ops.sandbox.ai.dialect import Said

_OTHER = {"status": "ok", "data": {"items": [], "next": None}}


def broken(said: Said) -> Said:
    """The same with JSON that breaks off: of a stream the event in the middle."""
    middle = len(said.parts) // 2
    return replace(said, parts=[_bitten(one) if n == middle else one for n, one in enumerate(said.parts)])


def other_shape(said: Said) -> Said:
    """JSON in order that has nothing of what the vendor's answers have."""
    if len(said.parts) == 1:
        return replace(said, parts=[json.dumps(_OTHER)])
    return replace(said, parts=[_reshaped(one) for one in said.parts])


def _bitten(part: str) -> str:
    kept = part.rstrip()
    return kept[: len(kept) * 2 // 3] + part[len(kept) :]


def _reshaped(part: str) -> str:
    """What stands around the JSON of an event stays."""
    begin, end = part.find("{"), part.rfind("}")
    return part[:begin] + json.dumps(_OTHER) + part[end + 1 :] if begin >= 0 else part
