"""The one way to read the record: the stream that holds every event, in the order of recording."""

from chassis.record.record import Record, Start, open_record
from chassis.record.recorded import Recorded

__all__ = ["Record", "Recorded", "Start", "open_record"]
