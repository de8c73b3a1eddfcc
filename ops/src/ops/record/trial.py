"""Tries events on the models of one checkout. A program of its own, run with that checkout on its path.

Reads events as JSON lines from stdin and answers each with a JSON line. It imports nothing of Bellhop but
`contracts`, which is what is tried.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from contracts.catalogue import CATALOGUE
from contracts.events import EVENT_MODELS

CONSUMERS = {row.type: row.consumers for row in CATALOGUE}


def tried(line: str) -> dict[str, Any]:
    """What the models make of one event: what is wrong at which field, and which fields they do not know.

    `consumers` is None when this checkout does not know the type.
    """
    try:
        event = json.loads(line)
        event_type = event["type"]
    except (ValueError, LookupError, TypeError):
        return _answer(None, [["", "is no event: no JSON object with a type"]])
    if event_type not in EVENT_MODELS:
        return _answer(None, [["type", "unknown type"]])
    try:
        understood = EVENT_MODELS[event_type].model_validate(event).model_dump(mode="json")
    except ValidationError as error:
        return _answer(CONSUMERS[event_type], _problems(error))
    return _answer(CONSUMERS[event_type], [], sorted(set(_ignored(event, understood))))


def _answer(
    consumers: tuple[str, ...] | None, problems: list[list[str]], ignored: list[str] | None = None
) -> dict[str, Any]:
    return {"consumers": consumers, "problems": problems, "ignored": ignored or []}


def _problems(error: ValidationError) -> list[list[str]]:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [[".".join(map(str, one["loc"])), one["msg"]] for one in found]


def _ignored(said: Any, understood: Any, place: str = "") -> Iterator[str]:
    if isinstance(said, dict) and isinstance(understood, dict):
        for name, value in said.items():
            if name in understood:
                yield from _ignored(value, understood[name], f"{place}{name}.")
            else:
                yield f"{place}{name}"
    elif isinstance(said, list) and isinstance(understood, list):
        for one, other in zip(said, understood, strict=False):
            yield from _ignored(one, other, place)


if __name__ == "__main__":
    for each in sys.stdin:
        print(json.dumps(tried(each)))
