"""What a vendor answered."""

from dataclasses import dataclass

from contracts.completions import ToolCall


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the vendor counted them; None where it did not say. `cached` of `input` cost less."""

    input: int | None = None
    output: int | None = None
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer: text, or tools to be used, or both. `model` as the vendor names it.

    `cost` in US dollars where the vendor itself says it (OpenRouter).
    """

    text: str
    model: str
    usage: Usage = Usage()
    tool_calls: tuple[ToolCall, ...] = ()
    cost: float | None = None
