"""Decisions under guard: one that raises is named by type and place, one that hangs ends the process."""

import faulthandler
import traceback
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.tenants import TenantConfig
from conversation.domain.decided import Step
from conversation.domain.state import Conversation
from ops.replay.engine import Decide


class Watched:
    """Decides as the code it is given. A decision that takes more than `within` seconds is the last one:
    the process ends, with the place where it hangs on stderr."""

    def __init__(self, decide: Decide, within: float) -> None:
        self._decide, self._within = decide, within
        self.failure = ""

    def __call__(
        self, conversation: Conversation | None, event: Event[Any], config: TenantConfig, now: datetime
    ) -> Step:
        self.failure = ""
        # The interpreter's own thread keeps this time: a loop that never lets go is ended as well.
        faulthandler.dump_traceback_later(self._within, exit=True)
        try:
            return self._decide(conversation, event, config, now)
        except Exception as error:
            self.failure = named(error)
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()


def named(error: Exception) -> str:
    """Its type, its words and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
