"""The plainest JSON that fits a JSON Schema. Pure; numbers and words in it mean nothing."""

from collections.abc import Mapping
from typing import Any

_SAY_NOTHING = ("other", "unknown", "unclear", "none", "null", "no", "")
_SPOKEN = {"text", "answer", "reply", "message", "summary"}


def fitting(
    schema: Mapping[str, Any], text: str, root: Mapping[str, Any] | None = None, name: str = ""
) -> Any:
    """A value of the schema; `text` goes where a member is called like something that is said."""
    root = schema if root is None else root
    if "$ref" in schema:
        return fitting(_resolved(schema["$ref"], root), text, root, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return _modest(schema["enum"])
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return fitting(_plainest(choices), text, root, name)
    if parts := schema.get("allOf"):
        return fitting({**schema, **_merged(parts, root), "allOf": None}, text, root, name)
    return _of_type(schema, text, root, name)


def _of_type(schema: Mapping[str, Any], text: str, root: Mapping[str, Any], name: str) -> Any:
    match _type(schema):
        case "object":
            wanted = {one: schema.get("properties", {}).get(one, {}) for one in schema.get("required") or ()}
            return {one: fitting(member, text, root, one) for one, member in wanted.items()}
        case "array":
            inner = schema.get("items") or {}
            return [fitting(inner, text, root) for _ in range(schema.get("minItems", 0))]
        case "string":
            return _string(schema, text if name in _SPOKEN else "")
        case "integer" | "number":
            return _number(schema)
        case kind:
            return {"boolean": False, "null": None}.get(kind, text)


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type") or ("object" if "properties" in schema else "")
    if isinstance(kind, list):
        kind = "null" if "null" in kind else kind[0]
    return str(kind).lower()  # Gemini writes OBJECT


def _modest(values: list[Any]) -> Any:
    """Of an enumeration the member that claims least."""
    found = [one for one in values if one is None or str(one).lower() in _SAY_NOTHING]
    return (found or values)[0]


def _plainest(choices: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((one for one in choices if _type(one) == "null"), choices[0])


def _merged(parts: list[Mapping[str, Any]], root: Mapping[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {"properties": {}, "required": []}
    for part in parts:
        one = _resolved(part["$ref"], root) if "$ref" in part else part
        whole["properties"] |= one.get("properties", {})
        whole["required"] += one.get("required", [])
        whole |= {name: value for name, value in one.items() if name not in whole}
    return {name: value for name, value in whole.items() if value}


def _resolved(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        found = found[step] if step else found
    return found if isinstance(found, Mapping) else {}


def _string(schema: Mapping[str, Any], text: str) -> str:
    made = {"date": "2026-01-01", "time": "12:00:00Z", "date-time": "2026-01-01T12:00:00Z"}.get(
        schema.get("format", ""), text
    )
    return made[: schema.get("maxLength")].ljust(schema.get("minLength", 0), "-")


def _number(schema: Mapping[str, Any]) -> Any:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    if least is None:
        most = schema.get("maximum", 0)
        return min(0, most)
    return max(0, least + 1 if "exclusiveMinimum" in schema else least)
