"""Google's Gemini: POST /v1beta/models/{model}:generateContent and :streamGenerateContent, or /v1/…"""

from ops.sandbox.ai.gemini.dialect import Gemini

__all__ = ["Gemini"]
