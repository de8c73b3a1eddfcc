"""What an AI is told before it speaks for a business: which version of the words, and the words filled in.

They lie in `conversation/prompts/<purpose>/<version>/<language>.md`; a business may have its own.
"""

from conversation.domain.prompts.choosing import Chosen, chosen
from conversation.domain.prompts.filling import filled
from conversation.domain.prompts.house import UnfitPrompts, house, prompts_in, use

__all__ = ["Chosen", "UnfitPrompts", "chosen", "filled", "house", "prompts_in", "use"]
