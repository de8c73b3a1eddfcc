"""The committed JSON Schemas: equal to the models, and never broken."""

import json
from pathlib import Path

import pytest

from contracts.compatibility import breaking_changes
from contracts.schemas import event_schemas

FOLDER = Path(__file__).parents[1] / "schemas"
NOW = event_schemas()
COMMITTED = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}


@pytest.mark.parametrize("event_type", sorted(COMMITTED))
def test_no_event_type_breaks_its_readers(event_type):
    broken = breaking_changes(COMMITTED[event_type], NOW.get(event_type))
    assert not broken, f"{event_type} breaks; publish a new version beside it instead"


@pytest.mark.parametrize("event_type", sorted(NOW))
def test_the_committed_schema_is_the_models(event_type):
    assert COMMITTED.get(event_type) == NOW[event_type], "an additive change: run `make docs` and commit"
