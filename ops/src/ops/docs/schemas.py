"""The committed JSON Schemas of all events, which remember what was promised."""

import json
from pathlib import Path
from typing import Final

from contracts.compatibility import breaking_changes
from contracts.schemas import event_schemas

FOLDER: Final = "libs/contracts/schemas"


def schema_files() -> dict[str, str]:
    """The text of every schema by its path."""
    return {
        f"{FOLDER}/{event_type}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for event_type, schema in event_schemas().items()
    }


def broken_promises(root: Path) -> list[str]:
    """What in the committed schemas the models keep no longer, line by line."""
    schemas = event_schemas()
    return [
        f"{path.stem}: {broken}"
        for path in sorted((root / FOLDER).glob("*.json"))
        for broken in breaking_changes(json.loads(path.read_text(encoding="utf-8")), schemas.get(path.stem))
    ]
