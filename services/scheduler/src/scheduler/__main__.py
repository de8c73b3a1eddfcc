"""`python -m scheduler` starts the service."""

from chassis.service import run
from scheduler.main import app, settings

run(app, settings)
