import pytest

from chassis.pace import Pace


def measured(pace, lasted, work, start=0):
    """A hundred turns of two businesses, each of them `work` seconds of processor time."""
    for n in range(start, start + 100):
        now, worked = n * 0.01, n * work
        pace.came("lyo", now)
        pace.came("sdb", now)
        pace.ended(lasted, now, worked)
    return pace.at_once(now)


def test_turns_that_only_work_run_one_at_a_time_beside_others():
    assert measured(Pace(16), lasted=0.004, work=0.004) == 1


def test_turns_that_mostly_wait_may_be_many_beside_others():
    assert measured(Pace(64), lasted=0.3, work=0.004) == pytest.approx(0.15 * 0.3 / 0.004, abs=1)
    assert measured(Pace(8), lasted=0.3, work=0.004) == 8


def test_whoever_is_alone_may_have_all():
    pace = Pace(16)
    assert measured(pace, lasted=0.004, work=0.004) == 1
    pace.came("lyo", 100.0)
    assert pace.at_once(100.0) == 16


def test_beside_others_a_business_rests_twice_as_long_as_it_works_and_alone_not_at_all():
    pace = Pace(16)
    measured(pace, lasted=0.004, work=0.004)
    assert pace.rest(1.0) == pytest.approx(0.008)
    assert pace.rest(100.0) == 0


def test_other_work_of_the_process_is_not_taken_for_work_of_its_turns():
    pace = Pace(16)
    measured(pace, lasted=0.004, work=5.0)
    assert pace.rest(1.0) == pytest.approx(0.008)
    measured(pace, lasted=60.0, work=5.0, start=100)
    assert pace.rest(2.0) == pytest.approx(0.05)


def test_waiting_for_each_other_is_not_taken_for_waiting_for_somebody_else():
    """Sixteen at once, each works 4 ms: each lasts 64 ms, because of the others."""
    pace, worth = Pace(16), 16
    for round_ in range(10):
        worth = measured(pace, lasted=worth * 0.004, work=0.004, start=round_ * 100)
    assert worth == 1
