"""The rules of change, one by one, on real models before and after."""

from typing import Annotated, Literal
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model
from pydantic_core import to_jsonable_python

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


PLAIN = {
    "text": (str, st.text(max_size=9)),
    "number": (int, st.integers()),
    "text or nothing": (str | None, st.none() | st.text(max_size=9)),
    "texts": (tuple[str, ...], st.lists(st.text(max_size=3), max_size=2)),
    "inner": (Inner, st.builds(Inner, a=st.text(max_size=3), b=st.integers())),
}
BOUNDED = {
    "one colour": (Literal["red"], st.just("red")),
    "two colours": (Colour, st.sampled_from(["red", "green"])),
    "short text": (Annotated[str, Field(max_length=3)], st.text(max_size=3)),
    "longer text": (Annotated[str, Field(max_length=6)], st.text(max_size=6)),
    "small number": (Annotated[int, Field(ge=0, le=9)], st.integers(0, 9)),
}


@st.composite
def steps(draw, kinds):
    """A fact and the next: which fields there are, of which kind, whether they may be left out."""
    field = st.tuples(st.sampled_from(sorted(kinds)), st.booleans())
    old = draw(st.dictionaries(st.sampled_from("abc"), field, max_size=3))
    new = old | draw(st.dictionaries(st.sampled_from("abcd"), field, max_size=1))
    gone = draw(st.sampled_from(["", "", "", "a"]))
    return old, {name: one for name, one in new.items() if name != gone}


def model_of(fact, kinds):
    fields = {
        name: (kinds[kind][0], Field(default=None) if optional else ...)
        for name, (kind, optional) in fact.items()
    }
    return create_model("Fact", **fields)


def body_of(draw, fact, kinds):
    """As a publisher writes it: what may be left out is left out at times."""
    return {
        name: to_jsonable_python(draw(kinds[kind][1]))
        for name, (kind, optional) in fact.items()
        if not optional or draw(st.booleans())
    }


@settings(max_examples=100, deadline=None)
@given(step=steps(PLAIN | BOUNDED), chance=st.data())
def test_when_nothing_breaks_tomorrows_reader_takes_all_that_was_recorded(step, chance):
    (old, new), kinds = step, PLAIN | BOUNDED
    before, after = model_of(old, kinds), model_of(new, kinds)
    assume(not breaking_changes(before.model_json_schema(), after.model_json_schema()))
    after.model_validate(body_of(chance.draw, old, kinds))


@settings(max_examples=100, deadline=None)
@given(step=steps(PLAIN), chance=st.data())
def test_when_nothing_breaks_todays_reader_takes_all_that_will_be_published(step, chance):
    old, new = step
    before, after = model_of(old, PLAIN), model_of(new, PLAIN)
    assume(not breaking_changes(before.model_json_schema(), after.model_json_schema()))
    before.model_validate(body_of(chance.draw, new, PLAIN))


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
