"""The three kinds of failure. Adapters translate vendor and library errors into one of them."""


class TransientError(Exception):
    """It did not work now and may work later: wait and try again.

    `retry_after` is in seconds, where the other side said how long to wait.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(TransientError):
    """Our own RabbitMQ or store is away. Waiting helps, and nothing about the event at hand is to blame."""


class Unconfirmed(Unavailable):
    """It was asked and not confirmed in time: it may be done, now or later, or never."""


class SlowDown(TransientError):
    """The other side asks us to go slower. Nobody has failed: it waits as long as asked, however often."""


class PermanentError(Exception):
    """It will never work, however often it is tried."""


class ContractViolation(Exception):
    """What we got is not our language: a body that breaks its contract."""
