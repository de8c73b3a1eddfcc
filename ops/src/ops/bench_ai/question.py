"""The one question that everybody is asked, as each of them wants it."""

from typing import Any, Final

from contracts.completions import CompletionRequested, Prompt, Utterance

MODEL: Final = "gpt-4o-mini"
"""A name that both have a price for."""

KEY: Final = "sk-bench-0123456789abcdef0123456789abcdef"
"""Opens nothing: the vendor takes every key, and LiteLLM's proxy is told to take this one."""

_FACTS = (
    "You are the front desk of Lyo, a salon and restaurant in Florence. Answer in two short sentences. "
    "Open Tuesday to Saturday from 9 to 19. Cut 25 €, colour 60 €, blow-dry 18 €. Parking behind the house, "
    "free for customers. Dogs are welcome. Bookings can be moved until the evening before. "
)

QUESTION: Final = CompletionRequested(
    purpose="answer",
    language="en",
    max_tokens=300,
    personal=Prompt(
        instructions=_FACTS,
        turns=(
            Utterance(role="customer", text="Hello, are you open on Saturday?"),
            Utterance(role="business", text="Yes, from 9 to 19."),
            Utterance(role="customer", text="Is there somewhere to park?"),
        ),
    ),
)

_ROLES: Final = {"customer": "user", "business": "assistant"}

BODY: Final[dict[str, Any]] = {
    "model": MODEL,
    "messages": [
        {"role": "system", "content": QUESTION.personal.instructions},
        *({"role": _ROLES[turn.role], "content": turn.text} for turn in QUESTION.personal.turns),
    ],
    "max_completion_tokens": QUESTION.max_tokens,
}
"""The same as OpenAI's chat completions want it."""
