"""What operators ask and what comes of it, in words."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Final

from contracts import operations
from contracts.model import Data
from contracts.tenants import TenantConfigured
from gateway.domain.timeline.told import Told, count


def _paused(data: operations.CapabilityPaused, _: tzinfo) -> Told:
    reason = f": {data.reason}" if data.reason else ""
    return Told(f"{data.capability} paused by {data.personal.by}{reason}", "waiting")


def _resumed(data: operations.CapabilityResumed, _: tzinfo) -> Told:
    what = ", what has waited is given up" if data.discard else ""
    return Told(f"{data.capability} resumed by {data.personal.by}{what}", "good")


def _job(data: operations.FailureJobRequested, _: tzinfo) -> Told:
    reason = f": {data.reason}" if data.reason else ""
    return Told(f"{data.action} failures of {data.service}, asked by {data.personal.by}{reason}")


def _retried(data: operations.FailureRetried, _: tzinfo) -> Told:
    how = f"{data.kind}, edited" if data.personal.after else data.kind
    return Told(f"{data.event_type} handed to {data.service} again by {data.personal.by} ({how})")


def _discarded(data: operations.FailureDiscarded, _: tzinfo) -> Told:
    return Told(f"{data.event_type} given up by {data.personal.by}: {data.reason}", "bad")


def _released(data: operations.ConversationReleased, _: tzinfo) -> Told:
    words = f"{data.service} handled {data.handled} that had waited, {data.left} still wait"
    return Told(words, "waiting" if data.left else "plain")


def _redriven(data: operations.RecordRedriven, _: tzinfo) -> Told:
    again = f", handled anew: {data.again}" if data.again else ""
    return Told(f"{data.count} {data.event_type} handed to {data.service} again by {data.personal.by}{again}")


OF_OPERATIONS: Final[Mapping[type[Data], Callable[[Any, tzinfo], Told]]] = {
    TenantConfigured: lambda data, _: Told(f"configured, version {data.version}"),
    operations.CapabilityPaused: _paused,
    operations.CapabilityResumed: _resumed,
    operations.CapabilityStepped: lambda data, _: Told(
        f"one step of {data.capability}, by {data.personal.by}"
    ),
    operations.FailureJobRequested: _job,
    operations.FailureRetried: _retried,
    operations.FailureDiscarded: _discarded,
    operations.ConversationReleaseRequested: lambda data, _: Told(
        f"what waits at {data.service} shall be {'given up' if data.discard else 'handled'}"
    ),
    operations.ConversationReleased: _released,
    operations.WaitingDiscarded: lambda data, _: Told(
        f"{count(len(data.event_ids), 'waiting event')} given up", "bad"
    ),
    operations.PartitionsChangeRequested: lambda data, _: Told(
        f"{data.service} shall have {count(data.count, 'partition')}, says {data.personal.by}"
    ),
    operations.PartitionsChanged: lambda data, _: Told(
        f"{data.service} has {count(data.count, 'partition')}"
    ),
    operations.RecordRedriven: _redriven,
}
