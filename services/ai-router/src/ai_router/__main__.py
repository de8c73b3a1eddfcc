"""`python -m ai_router` serves the AI router."""

from ai_router.main import app, settings
from chassis.service import run

run(app, settings)
