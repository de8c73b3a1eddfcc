"""Timelines: what led to what, with how long each step waited and worked. Pure: no clock, no I/O."""

from gateway.domain.timeline.causes import missing
from gateway.domain.timeline.completeness import gaps, hops
from gateway.domain.timeline.hop import Hop, Step, Timeline, Told, Tone, Turn
from gateway.domain.timeline.trees import timeline_of

__all__ = ["Hop", "Step", "Timeline", "Told", "Tone", "Turn", "gaps", "hops", "missing", "timeline_of"]
