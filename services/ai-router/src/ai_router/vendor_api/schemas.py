"""JSON Schemas in the narrower forms that vendors bind an answer to. We check all of it ourselves anyway."""

from typing import Any, Final

from pydantic_core import to_json

_INSIDE: Final = ("properties", "$defs", "definitions")
_BOUNDS: Final = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
     "pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "default"}
)  # fmt: skip


def is_closed(schema: Any) -> bool:
    """Whether every object names all its members, needs them all and allows no other (OpenAI's `strict`)."""
    if isinstance(schema, list):
        return all(map(is_closed, schema))
    if not isinstance(schema, dict):
        return True
    members = schema.get("properties")
    if schema.get("type") == "object" or isinstance(members, dict):
        needed = set(schema.get("required", ()))
        if schema.get("additionalProperties") is not False or needed != set(members or ()):
            return False
    return all(
        is_closed(list(inner.values()) if name in _INSIDE else inner) for name, inner in schema.items()
    )


def unbounded(schema: Any) -> Any:
    """The same with bounds of numbers, lengths and counts told in words, every object closed (Anthropic's
    `format`, which refuses them)."""
    if isinstance(schema, list):
        return [unbounded(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {
        name: {key: unbounded(one) for key, one in inner.items()} if name in _INSIDE else unbounded(inner)
        for name, inner in schema.items()
        if name not in _BOUNDS
    }
    if bounds := {name: inner for name, inner in schema.items() if name in _BOUNDS}:
        rest["description"] = f"{schema.get('description', '')} {to_json(bounds).decode()}".lstrip()
    return rest | {"additionalProperties": False} if schema.get("type") == "object" else rest
