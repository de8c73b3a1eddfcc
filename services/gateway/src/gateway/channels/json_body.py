"""Reading JSON that strangers wrote, so that whatever is in it can be published as UTF-8 JSON again."""

import json
import math
from typing import Any

DEEPEST = 40
"""Levels of nesting. Vendors use about ten; far more than this would exhaust whoever walks it."""

WIDEST = 2**63
"""Integers beyond 64 bits are kept as text: not every reader of the event could hold them."""


class UnreadableBody(ValueError):
    """The body is not what this vendor sends. The message may be shown to the sender."""


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body, cleaned. Raises UnreadableBody."""
    try:
        content = cleaned(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise UnreadableBody("the body is not readable JSON") from error
    if not isinstance(content, dict):
        raise UnreadableBody("the body must be a JSON object")
    return content


def cleaned(value: Any, depth: int = 0) -> Any:
    """The same JSON without what breaks others: NaN, endless numbers, half characters, NUL.

    Raises ValueError when it is nested too deeply.
    """
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {clean_text(name): cleaned(item, depth + 1) for name, item in value.items()}
        case list():
            return [cleaned(item, depth + 1) for item in value]
        case int() if not -WIDEST <= value < WIDEST:
            return f"{value:#x}"  # decimal would be refused beyond 4300 digits, and be slow before
        case float() if not math.isfinite(value):
            return None
    return value


def clean_text(text: str) -> str:
    """The same text with U+FFFD for NUL and for halves of a surrogate pair that lost the other half."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
