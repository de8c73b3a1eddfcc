from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.partitions import shares

REPLICAS = st.sets(st.text(min_size=1, max_size=12), min_size=1, max_size=20)


@given(REPLICAS, st.integers(1, 64))
def test_every_partition_has_one_owner_and_nobody_more_than_an_even_share(replicas, count):
    owned = [share.owned for share in shares(replicas, count).values()]
    assert sorted(number for numbers in owned for number in numbers) == list(range(count))
    assert max(map(len, owned)) <= -(-count // len(replicas))


@given(REPLICAS, st.integers(1, 64))
def test_every_partition_has_one_deputy_who_is_not_its_owner_unless_one_is_alone(replicas, count):
    found = shares(replicas, count)
    deputised = sorted(number for share in found.values() for number in share.deputised)
    assert deputised == (list(range(count)) if len(replicas) > 1 else [])
    assert all(not share.owned & share.deputised for share in found.values())


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=20), st.integers(1, 64))
def test_all_replicas_compute_the_same_whatever_the_order_of_their_view(replicas, count):
    assert shares(replicas, count) == shares(reversed(replicas), count)


def test_a_replica_that_joins_moves_little():
    before, after = shares(["a", "b", "c"], 16), shares(["a", "b", "c", "d"], 16)
    moved = sum(len(before[name].owned - after[name].owned) for name in "abc")
    assert moved <= 8


def test_without_replicas_nobody_owns_anything():
    assert shares([], 16) == {}
