import math
from uuid import uuid4

import pytest

from ops.chaos.ledger import Call, Message
from ops.chaos.timing import SPAN, Window, effect, normal_time, percentile

NORMAL = 1.0


def message(written: float, answered: float | None) -> Message:
    calls = [] if answered is None else [Call(answered, reached=True)]
    return Message(
        id="1", event=uuid4(), tenant="lyo", address="39333", number=0, marker="1 maggio", ordered=True,
        written=written, taken=written, calls=calls,
    )  # fmt: skip


def quick(*moments: float) -> list[Message]:
    return [message(one, one + 0.1) for one in moments]


def test_nothing_slow_is_recovered_at_once():
    felt = effect(quick(10, 11, 12), Window(10, 10, 20), NORMAL)
    assert felt.stall == pytest.approx(0.1)
    assert felt.recovery == 0


def test_the_stall_is_the_longest_wait_of_who_wrote_in_the_window():
    messages = [message(1, 9), message(10, 13), *quick(14), message(25, 40)]
    assert effect(messages, Window(10, 10, 20), NORMAL).stall == 3


def test_recovery_lasts_until_the_last_slow_answer_came():
    messages = [message(10, 13), message(11, 14.5), message(12, 14.6), *quick(14.7, 15, 16)]
    assert effect(messages, Window(10, 10, 20), NORMAL).recovery == pytest.approx(4.6)


def test_recovery_counts_from_the_end_of_the_fault():
    messages = [message(10, 33), message(29, 32), *quick(33, 34)]
    assert effect(messages, Window(10, 30, 40), NORMAL).recovery == 3


def test_one_slow_answer_long_after_calm_is_not_blamed_on_the_fault():
    messages = [message(10, 13), *quick(13, 14, 15), message(13 + SPAN + 1, 13 + SPAN + 4)]
    assert effect(messages, Window(10, 10, 30), NORMAL).recovery == 3


def test_slow_answers_without_a_calm_between_them_are_one_stall():
    messages = [message(10, 13), message(14.5, 17), message(18.5, 21)]
    assert effect(messages, Window(10, 10, 30), NORMAL).recovery == 11


def test_an_answer_that_never_came_is_an_endless_stall():
    felt = effect([message(11, None)], Window(10, 10, 20), NORMAL)
    assert math.isinf(felt.stall)
    assert math.isinf(felt.recovery)


def test_who_is_caught_unanswered_by_a_fault_belongs_to_it_and_not_to_the_one_before():
    caught = message(19.5, 24)
    assert effect([caught], Window(10, 10, 20), NORMAL).stall == 0
    felt = effect([caught], Window(20, 20, 30), NORMAL)
    assert (felt.stall, felt.recovery) == (4.5, 4)


def test_who_has_waited_for_long_is_not_the_next_faults():
    stuck = message(12, 24)
    assert effect([stuck], Window(10, 10, 20), NORMAL).stall == 12
    assert effect([stuck], Window(20, 20, 30), NORMAL).stall == 0


def test_a_percentile_is_one_of_the_values():
    assert percentile([], 95) == 0
    assert percentile([3.0], 95) == 3
    assert percentile([float(one) for one in range(1, 101)], 95) == 95
    assert percentile([1.0, 2.0, 9.0], 95) == 9
    assert math.isinf(percentile([1.0, math.inf], 95))


def test_normal_is_what_is_usual_before_the_first_fault_and_never_less_than_a_second():
    assert normal_time(quick(1, 2, 3)) == 1
    assert normal_time([message(1, 2), message(2, 3)]) == 3
