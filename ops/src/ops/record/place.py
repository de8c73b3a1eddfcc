"""Where the record is."""

import os

from ops.places import data_dir
from ops.up.running_stack import find_running


class NoRecord(Exception):
    """There is no record to read; the message says what to do."""


def rabbitmq_url() -> str:
    """BELLHOP_RABBITMQ_URL, else where the running stack says. Raises NoRecord."""
    if told := os.environ.get("BELLHOP_RABBITMQ_URL"):
        return told
    if running := find_running(data_dir()):
        return running.rabbitmq_url
    raise NoRecord("Bellhop does not run here: start it with `make run`, or set BELLHOP_RABBITMQ_URL")
