"""What a question demands of a model, and whether a model can do it. Pure."""

import json
from dataclasses import dataclass
from typing import Final

from ai_router.domain.prices import Abilities
from contracts.completions import CompletionRequested

_CHARACTERS_PER_TOKEN: Final = 3
"""On the safe side: European languages have three to four."""

_TOKENS_PER_IMAGE: Final = 1600


@dataclass(frozen=True, slots=True)
class Needs:
    """`tokens`: question and answer together, estimated rather too high."""

    tokens: int
    images: bool = False
    tools: bool = False
    schema: bool = False


def needs_of(request: CompletionRequested) -> Needs:
    """What this question demands."""
    turns = request.personal.turns
    images = sum(len(turn.images) for turn in turns)
    characters = len(request.personal.instructions) + sum(len(turn.text) for turn in turns)
    if request.tools or request.answer_schema:
        schemas = [request.answer_schema, *(tool.model_dump() for tool in request.tools)]
        characters += len(json.dumps(schemas))
    tokens = characters // _CHARACTERS_PER_TOKEN + images * _TOKENS_PER_IMAGE + request.max_tokens
    return Needs(tokens, images > 0, bool(request.tools), request.answer_schema is not None)


def fits(needs: Needs, able: Abilities) -> bool:
    """Whether the model can do what is needed."""
    wanted = ((needs.images, able.images), (needs.tools, able.tools), (needs.schema, able.schema))
    enough = able.context is None or needs.tokens <= able.context
    return enough and all(can for wants, can in wanted if wants)
