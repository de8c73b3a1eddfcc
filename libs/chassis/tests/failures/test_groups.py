"""Taking failures together, choosing among them, and the order in which they are repaired."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from chassis.failures.failure import Failure, fits, page
from chassis.failures.groups import grouped
from contracts.operations import Selection

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MAKE = ("service", "kind", "queue", "event_type", "exception")


def failure(**changed) -> Failure:
    made = {
        "id": uuid4(), "kind": "dead-letter", "service": "scheduler", "queue": "q", "event_type": "t.v1",
        "exception": "PermanentError", "error": "no", "reason": "permanent", "tenant": "lyo",
        "conversation": "c", "event_time": NOW, "first_at": NOW, "last_at": NOW, "payload": {},
    }  # fmt: skip
    return Failure(**made | changed)


failures = st.builds(
    failure,
    kind=st.sampled_from(["dead-letter", "parked", "uncertain"]),
    queue=st.sampled_from(["q", "r"]),
    exception=st.sampled_from(["PermanentError", "KeyError"]),
    tenant=st.sampled_from(["lyo", "sdb"]),
    conversation=st.sampled_from(["a", "b", "a/b"]),
    event_time=st.integers(0, 9).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    last_at=st.integers(0, 9).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)


@given(st.lists(failures))
def test_every_failure_is_in_the_one_group_of_its_make(some):
    groups = grouped(some)
    makes = Counter(tuple(getattr(one, name) for name in MAKE) for one in some)
    assert {tuple(getattr(group, name) for name in MAKE): group.count for group in groups} == makes
    assert len({group.id for group in groups}) == len(groups)
    for group in groups:
        members = [one for one in some if all(getattr(one, name) == getattr(group, name) for name in MAKE)]
        assert group.tenants == tuple(sorted({one.tenant for one in members}))
        assert group.last_at == max(one.last_at for one in members)


@given(st.lists(failures), st.integers(1, 5))
def test_pages_give_each_failure_once_and_every_conversation_in_order_of_time(some, limit):
    seen, after = [], ""
    while found := page(some, after, limit):
        seen += found
        after = found[-1].place
    assert Counter(one.id for one in seen) == Counter(one.id for one in some)
    for tenant, conversation in {(one.tenant, one.conversation) for one in some}:
        times = [one.event_time for one in seen if (one.tenant, one.conversation) == (tenant, conversation)]
        assert times == sorted(times)


def test_a_group_keeps_its_name_when_others_come_and_go():
    alone = grouped([failure()])
    beside = grouped([failure(), failure(), failure(exception="KeyError")])
    assert alone[0].id == beside[0].id != beside[1].id


def test_what_is_not_given_fits_everything():
    one = failure()
    assert fits(one, Selection())
    assert fits(one, Selection(ids=(uuid4(), one.id), tenant="lyo"))
    assert not fits(one, Selection(ids=(uuid4(),)))
    assert not fits(one, Selection(tenant="sdb"))
    assert not fits(one, Selection(kind="parked", queue="q"))
