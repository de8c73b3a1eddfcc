"""What it means that the record cannot be read."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aio_pika.exceptions import ChannelNotFoundEntity

from chassis.errors import Unavailable
from chassis.messaging.broker import CONNECTION_ERRORS, given_up_is_an_error


@contextmanager
def unavailable() -> Iterator[None]:
    """Raises Unavailable for whatever a broken connection raises, with what to do about it."""
    try:
        with given_up_is_an_error():
            yield
            if _told_to_stop():  # a channel that is being closed can lose a cancellation
                raise asyncio.CancelledError
    except ChannelNotFoundEntity as error:
        raise Unavailable("RabbitMQ holds no record yet: the services set it up when they start") from error
    except CONNECTION_ERRORS as error:
        if _told_to_stop():
            # A channel whose connection is gone fails to close, which would hide that we shall stop.
            raise asyncio.CancelledError from error
        reason = str(error) or type(error).__name__
        raise Unavailable(
            f"the record cannot be read, RabbitMQ does not answer ({reason}): see that it runs, and that "
            "BELLHOP_RABBITMQ_URL is right where it is set"
        ) from error


def _told_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
