import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.up.programs import SERVICES
from ops.up.replicas import Change, Unfit, change, name_of, parse, service_of, services


@pytest.mark.parametrize(
    ("numbers", "count", "expected"),
    [
        ([1], 1, Change()),
        ([1], 3, Change(start=(2, 3))),
        ([1, 2, 3, 4], 2, Change(stop=(4, 3))),
        ([1, 3], 3, Change(start=(2,))),
        ([2, 5], 1, Change(stop=(5,))),
        ([], 2, Change(start=(1, 2))),
    ],
)
def test_the_lowest_free_numbers_start_and_the_newest_stop(numbers, count, expected):
    assert change(numbers, count) == expected


@given(st.sets(st.integers(1, 40)), st.integers(1, 32))
def test_a_change_gives_the_wanted_count_and_never_starts_beside_a_stop(numbers, count):
    plan = change(numbers, count)
    assert len((numbers - set(plan.stop)) | set(plan.start)) == count
    assert not set(plan.start) & numbers
    assert not (plan.start and plan.stop)


def test_the_first_replica_is_called_like_its_service():
    assert [name_of("conversation", one) for one in (1, 2)] == ["conversation", "conversation.2"]
    assert {service_of(one) for one in ("ai-router", "ai-router.12", "ai-router.old")} == {"ai-router"}


@pytest.mark.parametrize(
    "written",
    [["conversation=4", "notifier=2"], ["conversation=4,notifier=2"], [" conversation=4, notifier=2,"]],
)
def test_what_is_wanted_may_be_written_in_one_or_in_parts(written):
    assert parse(written) == {"conversation": 4, "notifier": 2}


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("conversation", "SERVICE=NUMBER"),
        ("conversation=many", "SERVICE=NUMBER"),
        ("conversation=-1", "SERVICE=NUMBER"),
        ("sandbox=2", "there are gateway, conversation"),
        ("gateway=0", "one replica at least"),
        ("notifier=33", "at most 32"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(written, says):
    with pytest.raises(Unfit, match=says):
        parse([written])


def test_all_means_every_service():
    assert services("all") == tuple(one.name for one in SERVICES)
    assert services("notifier") == ("notifier",)
    with pytest.raises(Unfit):
        services("nobody")
