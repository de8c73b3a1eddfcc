"""Texts fit what a channel can carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import Option
from notifier.domain.policy import may_send
from notifier.domain.text import shortened, with_lines


def test_a_text_that_fits_is_left_alone():
    assert shortened("Ciao, Giulia", 12) == "Ciao, Giulia"


def test_a_long_text_is_cut_between_words():
    assert shortened("Ciao bella Giulia", 13) == "Ciao bella…"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), st.integers(2, 40))
def test_no_text_is_longer_than_allowed_in_utf_16(text, most):
    assert len(shortened(text, most).encode("utf-16-le")) <= 2 * most


def test_options_become_lines_and_the_text_gives_way():
    options = [Option(id="a", title="Taglio"), Option(id="b", title="Piega")]
    assert with_lines("Che cosa?", options, 100) == "Che cosa?\n\n• Taglio\n• Piega"
    assert with_lines("x" * 200, options, 50).endswith("…\n\n• Taglio\n• Piega")


@pytest.mark.parametrize(
    ("purpose", "opted_out", "goes"),
    [("reply", False, True), ("reply", True, False), ("reminder", True, False), ("consent", True, True)],
)
def test_who_opted_out_gets_only_the_answer_to_that(purpose, opted_out, goes):
    assert may_send(purpose, opted_out=opted_out) is goes
