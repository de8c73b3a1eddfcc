"""A talk is told in turns that every vendor takes."""

from hypothesis import given
from hypothesis import strategies as st

from ai_router.vendor_api.turns import alternating
from contracts.completions import Utterance

ROLES = st.sampled_from(["customer", "business", "tool"])
TALKS = st.lists(st.builds(Utterance, role=ROLES, text=st.sampled_from(["", " ", "a", "b"])))


@given(TALKS)
def test_sides_alternate_and_the_customer_is_first_and_last(talk):
    turns = alternating(talk)
    assert [turn.business for turn in turns] == [bool(place % 2) for place in range(len(turns))]
    assert len(turns) % 2 == 1
    assert all(turn.parts for turn in turns)


@given(TALKS)
def test_nothing_said_is_lost_and_results_of_tools_come_first(talk):
    turns = alternating(talk)
    said = [one for turn in turns for one in turn.parts if one.text != "…"]
    assert sorted(map(str, said)) == sorted(
        str(one) for one in talk if one.text.strip() or one.role == "tool"
    )
    for turn in turns:
        tools = [one.role == "tool" for one in turn.parts]
        assert tools == sorted(tools, reverse=True)


def test_an_empty_talk_is_a_silent_customer():
    assert [one.text for turn in alternating(()) for one in turn.parts] == ["…"]
