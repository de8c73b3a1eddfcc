"""Fitting words into what a channel can carry."""

from collections.abc import Iterable

from contracts.messages import Option

ELLIPSIS = "…"


def shortened(text: str, most: int) -> str:
    """At most `most` UTF-16 units, which is how the vendors count; cut between words where there are any."""
    if _units(text) <= most:
        return text
    kept = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", errors="ignore")
    words = kept.rpartition(" ")[0]
    return (words if len(words) > len(kept) // 2 else kept).rstrip() + ELLIPSIS


def with_lines(text: str, options: Iterable[Option], most: int) -> str:
    """The text with the options as lines below it. When all is too long, the text gives way."""
    lines = "".join(f"\n• {option.title}" for option in options)
    if not lines:
        return shortened(text, most)
    return shortened(shortened(text, max(1, most - _units(lines) - 1)) + "\n" + lines, most)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
