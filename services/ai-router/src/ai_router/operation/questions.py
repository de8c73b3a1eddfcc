"""A question of the ledger as administrators see it: its cost and its end, no word of what was said."""

from typing import Any, Final

from ai_router.domain.money.ledger import KeptQuestion
from ai_router.domain.money.question import rows_of
from ai_router.domain.money.usage import summed

_PLAIN: Final = {
    "id", "conversation", "at", "purpose", "prompt_version", "vendor", "model", "key", "tier", "attempts",
    "cached", "outcome", "reason",
}  # fmt: skip


def told(tenant: str, kept: KeptQuestion) -> dict[str, Any]:
    """`attempts`: ways that were tried or passed over, `calls`: those on which a vendor was asked.

    `cost` is in US dollars, without the `unpriced` calls. `verdict` is null until somebody has judged.
    """
    figures, judgement = summed(rows_of(kept.question)), kept.judgement
    return {
        "tenant": tenant,
        **kept.question.model_dump(mode="json", include=_PLAIN),
        "seconds": figures.average_seconds,
        "calls": figures.calls,
        "unpriced": figures.unpriced,
        "input_tokens": figures.input_tokens,
        "output_tokens": figures.output_tokens,
        "cost": str(figures.cost),
        "verdict": judgement.verdict if judgement else None,
        "why": judgement.why if judgement else "",
    }
