"""Routers as the settings want them."""

from collections.abc import Callable
from functools import partial

from ai_router.asking import Router
from ai_router.attempts import Attempts
from ai_router.domain.next_try import Limits
from ai_router.settings import AiRouterSettings


def router_of(chosen: AiRouterSettings) -> Callable[[Attempts], Router]:
    """Makes a router of attempts."""
    limits = Limits(chosen.ai_attempt_seconds)
    return partial(Router, deadline=chosen.ai_deadline, limits=limits, hedge=chosen.ai_hedge)
