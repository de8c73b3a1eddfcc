"""`python -m notifier` serves the notifier."""

from chassis.service import run
from notifier.main import app, settings

run(app, settings)
