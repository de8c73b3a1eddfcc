"""Questions to an AI and its answers."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.model import Data, Personal
from contracts.tenants import Language


class Utterance(Data):
    """One turn of a talk, as an AI reads it."""

    role: Literal["customer", "business"]
    text: str


class Prompt(Personal):
    """What the AI is told: who it speaks for (`instructions`) and what was said so far."""

    instructions: str
    turns: tuple[Utterance, ...]


class CompletionRequested(Data):
    """An AI shall answer. The id of this event is the request's id."""

    purpose: Literal["answer"]
    language: Language
    max_tokens: int = Field(default=400, ge=1, le=8000)
    personal: Prompt


class Answer(Personal):
    """What the AI said."""

    text: str


class CompletionGenerated(Data):
    """An AI has answered, whole and not cut off. `seconds` is how long the vendor took."""

    request_id: UUID
    vendor: str
    model: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float
    personal: Answer


FailureReason = Literal[
    "not_configured", "timeout", "rate_limited", "overloaded", "refused_key", "bad_request",
    "cut_off", "unreachable", "circuit_open",
]  # fmt: skip


class CompletionFailed(Data):
    """No AI could answer; whoever asked falls back on rules."""

    request_id: UUID
    reason: FailureReason
    detail: str = ""
