"""Schemas in the narrower forms of vendors."""

import pytest

from ai_router.vendor_api.schemas import is_closed, unbounded

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "closed"),
    [
        (PERSON, True),
        ({"type": "string", "pattern": "a"}, True),
        ({**PERSON, "required": []}, False),
        ({**PERSON, "additionalProperties": True}, False),
        ({"type": "object"}, False),
        ({"type": "array", "items": PERSON}, True),
        ({"type": "array", "items": {**PERSON, "required": []}}, False),
        ({"anyOf": [PERSON, {"type": "null"}]}, True),
        ({"anyOf": [{"type": "object"}, {"type": "null"}]}, False),
        ({"$ref": "#/$defs/p", "$defs": {"p": PERSON}}, True),
        ({"$ref": "#/$defs/p", "$defs": {"p": {"type": "object"}}}, False),
        ({**PERSON, "properties": {"required": {"type": "string"}}, "required": ["required"]}, True),
    ],
)
def test_a_closed_schema_leaves_nothing_open(schema, closed):
    assert is_closed(schema) is closed


def test_bounds_are_told_in_words_and_objects_closed_all_through():
    schema = {
        "type": "object",
        "properties": {
            "minimum": {"type": "integer", "minimum": 1, "description": "how few"},
            "kin": {"type": "array", "maxItems": 3, "items": {"$ref": "#/$defs/p"}},
        },
        "required": ["minimum"],
        "$defs": {"p": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 9}}}},
    }
    assert unbounded(schema) == {
        "type": "object",
        "properties": {
            "minimum": {"type": "integer", "description": 'how few {"minimum":1}'},
            "kin": {"type": "array", "items": {"$ref": "#/$defs/p"}, "description": '{"maxItems":3}'},
        },
        "required": ["minimum"],
        "$defs": {
            "p": {
                "type": "object",
                "properties": {"name": {"type": "string", "description": '{"maxLength":9}'}},
                "additionalProperties": False,
            }
        },
        "additionalProperties": False,
    }
    assert schema["properties"]["minimum"]["minimum"] == 1
