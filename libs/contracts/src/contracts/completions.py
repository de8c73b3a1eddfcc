"""Questions to an AI and its answers."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.ai import Purpose, Tier
from contracts.envelope import Instant
from contracts.model import Data, Personal
from contracts.tenants import Language


class Image(Data):
    """A picture that somebody sent. `content` is base64."""

    media_type: Literal["image/jpeg", "image/png", "image/webp", "image/gif"]
    content: Annotated[str, Field(max_length=7_000_000)]


class ToolCall(Data):
    """The AI wants a tool of ours to be used. `id` is the vendor's, or ours where it gives none."""

    id: str
    name: str
    arguments: dict[str, Any]


class Tool(Data):
    """What the AI may ask us to do; `parameters` is a JSON Schema of an object."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$")]
    description: str
    parameters: dict[str, Any]


class Utterance(Data):
    """One turn of a talk, as an AI reads it.

    A business's turn may hold calls of tools; a tool's turn says what came of the call `answers`.
    """

    role: Literal["customer", "business", "tool"]
    text: str
    images: tuple[Image, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    answers: str | None = None


class Prompt(Personal):
    """What the AI is told: who it speaks for (`instructions`) and what was said so far."""

    instructions: str
    turns: tuple[Utterance, ...]


class CompletionRequested(Data):
    """An AI shall answer. The id of this event is the request's id.

    `answer_schema` is a JSON Schema that the answer, then JSON itself, has to fit. `prompt_version` is which
    version of the purpose's prompt gave the instructions. `cache_key`: of two requests of one business
    with the same one, the second may get the first's answer; None: it is answered for itself.
    """

    purpose: Purpose
    language: Language
    max_tokens: int = Field(default=400, ge=1, le=8000)
    tools: tuple[Tool, ...] = ()
    answer_schema: dict[str, Any] | None = None
    prompt_version: str = ""
    cache_key: str | None = None
    personal: Prompt


FailureReason = Literal[
    "not_configured", "timeout", "rate_limited", "overloaded", "refused_key", "bad_request",
    "cut_off", "unreachable", "circuit_open", "no_credit", "content_refused", "malformed", "resting",
    "over_budget", "too_late", "off", "unfit",
]  # fmt: skip
"""Why an AI gave no answer.

The vendor's: `rate_limited`, `overloaded`, `no_credit`, `refused_key`, `bad_request`, `content_refused`,
`timeout`, `cut_off` (an answer that is not whole), `malformed` (one that is not what was asked for),
`unreachable`. Ours, so nobody was asked: `not_configured` (no key), `circuit_open`, `resting` (all keys
wait), `over_budget`, `too_late` (the question has waited too long), `off` (switched off), `unfit` (the model
cannot do it: too long, pictures, tools).
"""


class Attempt(Data):
    """One way to an answer that was tried, or passed over (`asked` is false).

    `key` is a key's alias. `abandoned`: another was quicker. `at` is when it began, `seconds` how long it
    took. `cost` in US dollars, where tokens and the model's price are known.
    """

    vendor: str
    model: str
    key: str = ""
    asked: bool
    outcome: Literal["generated", "abandoned"] | FailureReason
    detail: str = ""
    at: Instant
    seconds: float = 0.0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: Decimal | None = None


class Answer(Personal):
    """What the AI said, and the tools it wants to be used."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()


class CompletionGenerated(Data):
    """An AI has answered, whole and not cut off. `seconds` is how long the vendor took.

    `key` is the alias of the key that was used, `cost` all attempts' in US dollars (None: not known).
    `cached`: an earlier answer to the same question, which nobody was asked for. `attempts` in the order they
    were made.
    """

    request_id: UUID
    vendor: str
    model: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float
    key: str = ""
    tier: Tier | None = None
    purpose: Purpose = "answer"
    prompt_version: str = ""
    cost: Decimal | None = None
    cached: bool = False
    attempts: tuple[Attempt, ...] = ()
    personal: Answer


class CompletionFailed(Data):
    """No AI could answer; whoever asked falls back on rules. `attempts` in the order they were made."""

    request_id: UUID
    reason: FailureReason
    detail: str = ""
    purpose: Purpose = "answer"
    prompt_version: str = ""
    cost: Decimal | None = None
    attempts: tuple[Attempt, ...] = ()


class CompletionJudged(Data):
    """What became of an AI's answer: it was said, or `refused` because it says what the facts do not.

    `why` names what was wrong, in a word ("price", "time", "service", "promise", …); the rest is copied
    from the answer, so that outcomes can be counted by it.
    """

    request_id: UUID
    verdict: Literal["used", "refused", "unused"]
    why: str = ""
    vendor: str
    model: str
    purpose: Purpose
    prompt_version: str
