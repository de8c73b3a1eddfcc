"""Personal data lies in the field group `personal` and nowhere else, so that it can be erased by itself."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from contracts.catalogue import CATALOGUE
from contracts.completions import Tool
from contracts.model import Personal

PERSONAL_NAMES = {
    "address", "body", "contact", "email", "first_name", "language_hint", "last_name", "latitude",
    "longitude", "media", "name", "payload", "phone", "text", "transcript", "username",
}  # fmt: skip

# What a business tells about itself is public; it is nobody's personal data in the sense meant here.
ABOUT_BUSINESSES = {"tenant.configured.v1"}
# Nor is what a tool of ours is called.
OURS = (Tool,)
ABOUT_CUSTOMERS = [row for row in CATALOGUE if row.type not in ABOUT_BUSINESSES]


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def fields_outside_personal(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        yield name, field.annotation
        for inner in models_in(field.annotation):
            if not issubclass(inner, (Personal, *OURS)):
                yield from fields_outside_personal(inner)


@pytest.mark.parametrize("row", ABOUT_CUSTOMERS, ids=lambda row: row.type)
def test_nothing_personal_stands_outside_the_personal_group(row):
    assert {name for name, _ in fields_outside_personal(row.model)} & PERSONAL_NAMES == set()


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.type)
def test_the_group_is_called_personal_and_nothing_else_is(row):
    for name, annotation in fields_outside_personal(row.model):
        holds_personal = any(issubclass(model, Personal) for model in models_in(annotation))
        assert holds_personal == (name == "personal"), name


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.type)
def test_the_group_lies_at_the_top_of_the_data_where_erasure_finds_it(row):
    deeper = [name for name, _ in fields_outside_personal(row.model) if name == "personal"]
    assert deeper == (["personal"] if "personal" in row.model.model_fields else [])
