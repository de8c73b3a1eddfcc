"""`python -m conversation` serves the conversation service."""

from chassis.service import run
from conversation.main import app, settings

run(app, settings)
