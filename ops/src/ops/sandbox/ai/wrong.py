"""What is wrong with a request, for a vendor to say in its own words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_KINDS: dict[str, Literal["missing", "unknown", "value"]] = {
    "missing": "missing",
    "union_tag_not_found": "missing",
    "extra_forbidden": "unknown",
    "literal_error": "value",
    "union_tag_invalid": "value",
    "enum": "value",
}


@dataclass(frozen=True)
class Wrong:
    """The first thing that is wrong. `place` holds members and positions; `words` are pydantic's."""

    kind: Literal["missing", "unknown", "value", "type", "limit"]
    place: tuple[str | int, ...]
    words: str
    given: Any
    expected: str = ""

    @property
    def bracketed(self) -> str:
        """The place as messages[0].role."""
        return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in self.place).lstrip(".")

    @property
    def dotted(self) -> str:
        """The place as messages.0.role."""
        return ".".join(map(str, self.place))


def first_wrong(problem: ValidationError, body: Any) -> Wrong:
    """Of several the deepest: where members have alternatives, the others did not fit at all."""
    found = [_wrong(one, body) for one in problem.errors(include_url=False)]
    return max(found, key=lambda one: len(one.place))


def _wrong(error: ErrorDetails, body: Any) -> Wrong:
    kind = _KINDS.get(error["type"]) or ("type" if error["type"].endswith(("_type", "_parsing")) else "limit")
    place = tuple(_real(error["loc"], body, missing=kind == "missing"))
    context = error.get("ctx", {})
    if error["type"].startswith("union_tag"):
        place = (*place, str(context["discriminator"]).strip("'"))
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    return Wrong(
        kind, place, error["msg"].removeprefix("Value error, "), context.get("tag", error["input"]), expected
    )


def _real(loc: tuple[str | int, ...], body: Any, *, missing: bool) -> Iterable[str | int]:
    """The steps that lead through the body; pydantic names the alternatives it tried as well."""
    here = body
    for number, step in enumerate(loc):
        last = missing and number == len(loc) - 1
        if isinstance(here, dict) and isinstance(step, str) and (step in here or last):
            here = here.get(step)
            yield step
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
            yield step
