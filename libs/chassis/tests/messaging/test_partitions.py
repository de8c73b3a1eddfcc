from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.partitions import shares

REPLICAS = st.sets(st.text(min_size=1, max_size=12), min_size=1, max_size=20)


@given(REPLICAS, st.integers(1, 64))
def test_every_partition_has_one_owner_and_nobody_more_than_an_even_share(replicas, count):
    owned = shares(replicas, count)
    everything = [number for share in owned.values() for number in share]
    assert sorted(everything) == list(range(count))
    assert max(map(len, owned.values())) <= -(-count // len(replicas))


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=20), st.integers(1, 64))
def test_all_replicas_compute_the_same_whatever_the_order_of_their_view(replicas, count):
    assert shares(replicas, count) == shares(reversed(replicas), count)


def test_a_replica_that_joins_moves_little():
    before, after = shares(["a", "b", "c"], 16), shares(["a", "b", "c", "d"], 16)
    moved = sum(len(before[name] - after[name]) for name in "abc")
    assert moved <= 8


def test_without_replicas_nobody_owns_anything():
    assert shares([], 16) == {}
