"""What is still made of a question that has waited: old ones make room for those behind them. Pure."""

from ai_router.domain.routing_policy import Level


def load_of(age_seconds: float, cheaper_after: float, rules_after: float) -> Level:
    """By the question's own age, so that all is as before once the queue is short again."""
    if age_seconds >= rules_after:
        return "rules"
    return "cheaper" if age_seconds >= cheaper_after else "normal"
