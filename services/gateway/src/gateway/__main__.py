"""`python -m gateway`."""

from chassis.service import run
from gateway.main import app, settings

run(app, settings)
