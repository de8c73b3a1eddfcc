from hypothesis import given
from hypothesis import strategies as st

from ops.up.restart_policy import MANY, SLOW_DELAY, WINDOW, after_death


def test_the_first_death_heals_at_once() -> None:
    assert after_death([100.0]).delay <= 0.3


def test_five_deaths_in_a_minute_are_hopeless() -> None:
    restart = after_death([0, 10, 20, 30, 40])
    assert restart.hopeless
    assert restart.delay == SLOW_DELAY


def test_old_deaths_are_forgiven() -> None:
    assert after_death([0, 1, 2, 3, 200]) == after_death([200])


@given(st.lists(st.floats(0, 500), min_size=1).map(sorted))
def test_hopeless_exactly_when_many_died_inside_the_window(deaths: list[float]) -> None:
    recent = [one for one in deaths if deaths[-1] - one < WINDOW]
    assert after_death(deaths).hopeless is (len(recent) >= MANY)
    assert after_death(deaths).delay <= SLOW_DELAY
