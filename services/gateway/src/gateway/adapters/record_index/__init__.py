"""An index of the record: which events belong to an id. The events themselves lie in the stream alone."""

from gateway.adapters.record_index.index import Found, RecordIndex
from gateway.adapters.record_index.lookup import Scope

__all__ = ["Found", "RecordIndex", "Scope"]
