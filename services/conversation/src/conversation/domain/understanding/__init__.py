"""Understanding of customer messages by rules, in the languages of `conversation.languages`.

Pure: text, moment and vocabulary in, reading out. What a language says lies in its file alone.
"""

from conversation.domain.understanding.model import (
    Expecting,
    Intent,
    Language,
    Term,
    Understanding,
    Vocabulary,
    When,
)
from conversation.domain.understanding.understand import understand

__all__ = [
    "Expecting",
    "Intent",
    "Language",
    "Term",
    "Understanding",
    "Vocabulary",
    "When",
    "understand",
]
