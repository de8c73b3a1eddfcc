"""Anthropic: POST /v1/messages (anthropic-version 2023-06-01)."""

from ops.sandbox.ai.anthropic.dialect import Anthropic

__all__ = ["Anthropic"]
