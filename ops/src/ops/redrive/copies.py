"""The copy of a recorded event that is handed out. Pure."""

from datetime import timedelta
from typing import Any, Final
from uuid import uuid5

from contracts.envelope import Event

# A publisher that got no confirmation says an event twice, maybe with a later time, and clocks differ. So
# a copy counts as older than it is: rather one too many is taken for handled.
_MARGIN: Final = timedelta(hours=1)


def copy_of(event: Event[Any]) -> Event[Any]:
    """The same event, marked: whoever has handled it, or may have, does not handle it once more."""
    # Of what is in the record because of an earlier redrive, only that one knew how old it may be.
    oldest = min(event.redrivenfrom or event.time, event.time)
    return event.model_copy(update={"redrivenfrom": oldest - _MARGIN})


def anew(event: Event[Any], reason: str) -> Event[Any]:
    """Another event that says the same, caused by the recorded one; for the same reason always the same."""
    new_id = uuid5(event.id, f"again/{reason}")
    attributes = {"id": new_id, "causationid": event.id, "againof": event.id, "redrivenfrom": None}
    return event.model_copy(update=attributes)
