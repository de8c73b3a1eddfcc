"""An event in one line."""

from datetime import timedelta, timezone

import pytest

from contracts.catalogue import CATALOGUE
from ops.record.lines import gist, line, one_line


def test_it_says_when_in_the_terminals_zone_where_who_and_what(recorded):
    shown = line(recorded(offset=71, text="Ciao,\nposso prenotare?"), timezone(timedelta(hours=1))).plain
    assert shown.startswith("11-20 13:00:00.000")
    assert " 71 " in shown
    assert "message.received.v1" in shown
    assert "“Ciao, posso prenotare?”" in shown
    assert "\n" not in shown


def test_long_texts_are_cut(recorded):
    shown = line(recorded(text="x" * 500), None).plain
    assert "x" * 59 + "…" in shown
    assert "x" * 60 not in shown


def test_no_address_is_shown(recorded):
    one = recorded(text="hello")
    assert one.event().data.personal.address not in line(one, None).plain


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.type)
def test_every_type_has_a_line(recorded, row):
    assert row.type in line(recorded(row.type), None).plain


def test_what_is_no_event_has_a_line_as_well():
    assert gist({}) == "not an event of ours"


def test_json_is_one_line_and_else_untouched():
    assert one_line(b'{"a": "\\n",  "b":1}') == b'{"a": "\\n",  "b":1}'
    assert one_line(b'{\n"a": 1}') == b'{"a":1}'
