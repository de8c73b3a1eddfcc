"""What may change inside a version of an event type, and what needs a new version beside it.

Two readers are kept in mind. Tomorrow's reads what was recorded yesterday, so nothing may become
narrower or required. Today's reads what is published tomorrow until it is replaced; it ignores new
fields, but it counts on every field that was always there, and on its type.

An enumeration may grow and a limit may loosen: today's reader refuses such an event and tomorrow's
takes it, so the consumers are replaced before the publisher.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_ABSENT: Final = object()
_ANYTHING: Final[Schema] = {}
_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def breaking_changes(old: Schema, new: Schema | None) -> list[str]:
    """Every rule that the step from one JSON Schema of an event to the next breaks, in plain words.

    None stands for an event type that is gone.
    """
    if new is None:
        return ["the event type is gone; what was recorded under it can be read no more"]
    return list(_Comparison(old, new).node("", old, new))


class _Comparison:
    """Walks two schemas side by side. A place reads like `data.personal.address`."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old_definitions: Schema = old.get("$defs", {})
        self._new_definitions: Schema = new.get("$defs", {})

    def node(self, place: str, old: Schema | bool, new: Schema | bool) -> Iterator[str]:
        """Compares whatever may stand at one place."""
        before, after = _kinds(old, self._old_definitions), _kinds(new, self._new_definitions)
        if gone := sorted(before.keys() - after.keys()):
            yield f"{place}: type narrowed: {', '.join(gone)} is no longer accepted"
        if come := sorted(after.keys() - before.keys()):
            yield f"{place}: type widened: may now be {', '.join(come)}, which today's readers do not expect"
        for kind in sorted(before.keys() & after.keys()):
            for compare in (_members, _limits, self._fields, self._parts):
                yield from compare(place, before[kind], after[kind])

    def _fields(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        was, required = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            here = f"{place}.{name}".lstrip(".")
            if name not in after:
                yield f"{here}: field removed"
                continue
            if name in was - required:
                yield f"{here}: became optional, but today's readers count on it"
            if name not in was | required and before[name].get("default") != after[name].get("default"):
                yield f"{here}: default changed, which gives recorded events another meaning"
            yield from self.node(here, before[name], after[name])
        for name in sorted(required - was):
            here = f"{place}.{name}".lstrip(".")
            yield f"{here}: became required, but recorded events lack it"

    def _parts(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        for keyword, mark in (("items", "[]"), ("additionalProperties", "{}"), ("propertyNames", "{key}")):
            if keyword in old or keyword in new:
                before, after = old.get(keyword, _ANYTHING), new.get(keyword, _ANYTHING)
                yield from self.node(place + mark, before, after)


def _kinds(node: Schema | bool, definitions: Schema) -> dict[str, Schema]:
    """The alternatives at one place by their JSON type and format, references resolved."""
    if isinstance(node, bool):
        return {"anything": {}}
    if reference := node.get("$ref"):
        return _kinds(definitions[reference.rsplit("/", 1)[-1]], definitions)
    if "anyOf" in node:
        return {kind: one for part in node["anyOf"] for kind, one in _kinds(part, definitions).items()}
    return {" ".join(filter(None, (node.get("type", "anything"), node.get("format")))): node}


def _members(place: str, old: Schema, new: Schema) -> Iterator[str]:
    before, after = _allowed(old), _allowed(new)
    if after is not None and before is None:
        yield f"{place}: type narrowed: now one of {', '.join(sorted(after))}"
    if after is not None and before is not None and (gone := before - after):
        yield f"{place}: enumeration lost {', '.join(sorted(gone))}, which recorded events may hold"


def _allowed(node: Schema) -> set[str] | None:
    members = [node["const"]] if "const" in node else node.get("enum")
    return None if members is None else set(map(str, members))


def _limits(place: str, old: Schema, new: Schema) -> Iterator[str]:
    checks: list[tuple[tuple[str, ...], Callable[[Any, Any], bool]]] = [
        (_LEAST, lambda before, after: after > before),
        (_MOST, lambda before, after: after < before),
        (("pattern",), lambda before, after: bool(after != before)),
    ]
    for keywords, tighter in checks:
        for keyword in keywords:
            before, after = old.get(keyword, _ABSENT), new.get(keyword, _ABSENT)
            if after is not _ABSENT and (before is _ABSENT or tighter(before, after)):
                yield f"{place}: type narrowed: {keyword} is now {after}"
