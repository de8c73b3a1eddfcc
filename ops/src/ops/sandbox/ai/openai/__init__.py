"""OpenAI: POST /v1/chat/completions, GET /v1/models (API of 2026)."""

from ops.sandbox.ai.openai.dialect import OpenAI, listed

__all__ = ["OpenAI", "listed"]
