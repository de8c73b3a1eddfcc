"""What any AI vendor is asked and answers, whatever its language."""

import secrets
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal

IMAGE_TOKENS = 85
"""What one picture counts."""


Stream = Literal["sse", "array"]
"""How an answer is told bit by bit: as server-sent events, or as one JSON array."""


def tokens(text: str) -> int:
    """A fair count: four characters a token."""
    return ceil(len(text) / 4)


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of the talk."""

    role: Literal["user", "assistant", "tool"]
    text: str
    images: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool that may be used; `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """`forced`: a tool must be used, this one unless it is empty. `schema`: the answer is JSON that fits it;
    `json`: it is any JSON object. `usage_wanted`: a stream tells the tokens as well.
    """

    model: str
    instructions: str
    turns: tuple[Said, ...]
    max_tokens: int | None = None
    offers: tuple[Offer, ...] = ()
    forced: str | None = None
    schema: dict[str, Any] | None = None
    json: bool = False
    streamed: Stream | None = None
    usage_wanted: bool = True

    @property
    def last(self) -> Said:
        """What was said last."""
        return self.turns[-1]

    @property
    def input_tokens(self) -> int:
        """All that the model reads."""
        texts = [self.instructions, *(turn.text for turn in self.turns)]
        offered = [f"{one.name}{one.description}{one.schema}" for one in self.offers]
        pictures = sum(turn.images for turn in self.turns)
        return sum(map(tokens, texts + offered)) + IMAGE_TOKENS * pictures


@dataclass(frozen=True, slots=True)
class Use:
    """A tool that is to be used."""

    name: str
    arguments: dict[str, Any]
    number: str = field(default_factory=lambda: secrets.token_hex(12))


@dataclass(frozen=True, slots=True)
class Reply:
    """`stop`: it is whole, was cut at the most tokens, ends for tools to be used, or must not be said."""

    text: str
    uses: tuple[Use, ...] = ()
    stop: Literal["end", "length", "tools", "refused"] = "end"

    @property
    def output_tokens(self) -> int:
        """All that the model wrote."""
        return tokens(self.text) + sum(tokens(f"{one.name}{one.arguments}") for one in self.uses)


def pieces(text: str) -> list[str]:
    """The text as a stream tells it, a few words at a time."""
    return [text[at : at + 16] for at in range(0, len(text), 16)]
