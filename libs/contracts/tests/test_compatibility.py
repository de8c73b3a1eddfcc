"""The rules of change, one by one, on real models before and after."""

from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, create_model

from contracts.compatibility import breaking_changes


class Inner(BaseModel):
    a: str
    b: int = 0


class InnerWithoutB(BaseModel):
    a: str


class InnerWithMore(Inner):
    c: str | None = None


Colour = Literal["red", "green"]


def schema(**fields):
    return create_model("Fact", **fields).model_json_schema()


BREAKING = [
    ({"a": str, "b": str}, {"a": str}, "b: field removed"),
    ({"a": (str, "")}, {}, "a: field removed"),
    ({"a": (str, "")}, {"a": str}, "a: became required, but recorded events lack it"),
    ({}, {"a": str}, "a: became required, but recorded events lack it"),
    ({"a": str}, {"a": (str, "")}, "a: became optional, but today's readers count on it"),
    (
        {"a": (int, 3)},
        {"a": (int, 5)},
        "a: default changed, which gives recorded events another meaning",
    ),
    ({"a": str | None}, {"a": str}, "a: type narrowed: null is no longer accepted"),
    (
        {"a": str},
        {"a": str | None},
        "a: type widened: may now be null, which today's readers do not expect",
    ),
    ({"a": Colour}, {"a": Literal["red"]}, "a: enumeration lost green, which recorded events may hold"),
    ({"a": str}, {"a": Colour}, "a: type narrowed: now one of green, red"),
    ({"a": str}, {"a": Annotated[str, Field(max_length=5)]}, "a: type narrowed: maxLength is now 5"),
    (
        {"a": Annotated[int, Field(ge=1)]},
        {"a": Annotated[int, Field(ge=2)]},
        "a: type narrowed: minimum is now 2",
    ),
    (
        {"a": Annotated[str, Field(pattern="^a")]},
        {"a": Annotated[str, Field(pattern="^b")]},
        "a: type narrowed: pattern is now ^b",
    ),
    ({"a": Inner}, {"a": InnerWithoutB}, "a.b: field removed"),
    ({"a": Inner | None}, {"a": InnerWithoutB | None}, "a.b: field removed"),
    ({"a": tuple[Inner, ...]}, {"a": tuple[InnerWithoutB, ...]}, "a[].b: field removed"),
    ({"a": dict[str, Inner]}, {"a": dict[str, InnerWithoutB]}, "a{}.b: field removed"),
    (
        {"a": dict[Colour, int]},
        {"a": dict[Literal["red"], int]},
        "a{key}: enumeration lost green, which recorded events may hold",
    ),
]

ADDITIVE = [
    ({"a": str}, {"a": str, "b": (str, "")}),
    ({"a": str}, {"a": str, "b": (str | None, None)}),
    ({"a": Inner}, {"a": InnerWithMore}),
    ({"a": Literal["red"]}, {"a": Colour}),
    ({"a": Annotated[str, Field(max_length=5)]}, {"a": Annotated[str, Field(max_length=9)]}),
    ({"a": Annotated[str, Field(max_length=5)]}, {"a": str}),
    ({"a": Annotated[str, Field(description="one")]}, {"a": Annotated[str, Field(description="two")]}),
]


@pytest.mark.parametrize(("old", "new", "broken"), BREAKING, ids=[case[2] for case in BREAKING])
def test_a_breaking_change_is_told_with_its_place_and_rule(old, new, broken):
    assert breaking_changes(schema(**old), schema(**new)) == [broken]


@pytest.mark.parametrize(("old", "new"), ADDITIVE)
def test_additive_change_breaks_nothing(old, new):
    assert breaking_changes(schema(**old), schema(**new)) == []


def test_a_definition_that_changed_under_its_name_is_noticed():
    old, new = schema(a=tuple[Inner, ...]), schema(a=tuple[Inner, ...])
    del new["$defs"]["Inner"]["properties"]["b"]
    assert breaking_changes(old, new) == ["a[].b: field removed"]


def test_another_type_breaks_both_readers():
    old, new = schema(a=str), schema(a=UUID)
    assert [one.split(":")[1].strip() for one in breaking_changes(old, new)] == [
        "type narrowed",
        "type widened",
    ]


def test_a_type_that_is_gone_breaks():
    (broken,) = breaking_changes(schema(a=str), None)
    assert "the event type is gone" in broken
