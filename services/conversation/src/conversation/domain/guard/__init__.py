"""The guard over AI answers: what an answer names must be in the facts, or it is not said. Pure."""

from conversation.domain.guard.grounds import Grounds
from conversation.domain.guard.verdict import fault_in

__all__ = ["Grounds", "fault_in"]
