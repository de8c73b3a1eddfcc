"""Order inside a conversation, live before planned, and nobody starves."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.fair_queue import FairQueue, Ticket
from contracts.lanes import LANES


def ticket(conversation="c", tenant="lyo", lane="live"):
    return Ticket(lane, tenant, conversation)


def served(queue):
    """Everything, one after the other."""
    order = []
    while taken := queue.take():
        order.append(taken[1])
        queue.done(taken[0])
    return order


def test_of_one_conversation_only_one_is_in_hand_and_the_first_comes_first():
    queue = FairQueue(10, 10)
    queue.add(ticket(), 1)
    queue.add(ticket(), 2)
    assert queue.take() == (ticket(), 1)
    assert queue.take() is None
    queue.done(ticket())
    assert queue.take() == (ticket(), 2)


def test_live_comes_before_reminders_before_campaigns():
    queue = FairQueue(10, 10)
    for lane in reversed(LANES):
        for conversation in "ab":
            queue.add(ticket(conversation, lane=lane), lane)
    assert served(queue) == [lane for lane in LANES for _ in "ab"]


def test_a_live_message_overtakes_the_campaign_of_its_own_conversation_but_never_runs_beside_it():
    queue = FairQueue(10, 10)
    queue.add(ticket(lane="campaign"), "news")
    queue.add(ticket(lane="campaign"), "more news")
    news, _ = queue.take()
    queue.add(ticket(), "hello")
    assert queue.take() is None
    queue.done(news)
    assert served(queue) == ["hello", "more news"]


def test_who_floods_waits_for_who_does_not():
    queue = FairQueue(1, 1)
    for n in range(1000):
        queue.add(ticket(str(n), "flood"), ("flood", n))
    begun = [queue.take() for _ in range(1)]
    for n in range(3):
        queue.add(ticket(str(n), "quiet"), ("quiet", n))
    queue.done(begun[0][0])
    assert [name for name, _ in served(queue)][:6].count("quiet") == 3


def test_who_was_away_has_no_credit_from_that_time():
    queue = FairQueue(1, 1)
    for n in range(100):
        queue.add(ticket(str(n), "busy"), "busy")
    for _ in range(50):
        queue.done(queue.take()[0])
    for n in range(50):
        queue.add(ticket(str(n), "late"), "late")
    assert 9 <= served(queue)[:20].count("late") <= 11


def test_one_business_holds_no_more_places_than_it_may():
    queue = FairQueue(10, 3)
    for n in range(9):
        queue.add(ticket(str(n), "a"), n)
        queue.add(ticket(str(n), "b"), n)
    taken = [queue.take() for _ in range(6)]
    assert queue.take() is None
    assert [one[0].tenant for one in taken].count("a") == 3
    queue.done(taken[0][0])
    assert queue.take()[0].tenant == taken[0][0].tenant


def test_no_more_are_in_hand_than_may_be():
    queue = FairQueue(2, 10)
    for n in range(4):
        queue.add(ticket(str(n)), n)
    assert [queue.take() is not None for _ in range(3)] == [True, True, False]


def test_who_rests_holds_no_place_and_comes_first_when_woken():
    queue = FairQueue(1, 1)
    queue.add(ticket("ill"), 1)
    queue.add(ticket("ill"), 2)
    queue.add(ticket("well"), 3)
    ill, item = queue.take()
    queue.rest(ill, item)
    assert queue.take() == (ticket("well"), 3)
    queue.done(ticket("well"))
    assert queue.take() is None
    queue.wake(ill)
    assert served(queue) == [1, 2]


def test_what_is_forgotten_does_not_come():
    queue = FairQueue(5, 5)
    for n in range(6):
        queue.add(ticket(str(n % 2)), n)
    queue.forget(lambda n: n % 2 == 0)
    assert served(queue) == [1, 3, 5]
    assert len(queue) == 0


@pytest.mark.parametrize("at_once", [1, 3, 64])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["add", "take", "done", "rest", "wake"]),
            st.sampled_from("abc"),
            st.sampled_from(["x", "y"]),
            st.sampled_from(LANES),
        ),
        max_size=120,
    )
)
def test_whatever_happens_each_conversation_keeps_its_order_and_nothing_gets_lost(at_once, steps):
    queue, added, seen = FairQueue(at_once, 2), defaultdict(list), defaultdict(list)
    in_hand, resting, n = [], [], 0
    for what, conversation, tenant, lane in steps:
        if what == "add":
            n += 1
            one = ticket(conversation, tenant, lane)
            queue.add(one, n)
            added[one].append(n)
        elif what == "take" and (taken := queue.take()):
            assert all(
                (taken[0].tenant, taken[0].conversation) != (o.tenant, o.conversation) for o, _ in in_hand
            )
            in_hand.append(taken)
            assert len(in_hand) <= at_once
        elif what == "done" and in_hand:
            one, item = in_hand.pop(0)
            seen[one].append(item)
            queue.done(one)
        elif what == "rest" and in_hand:
            one, item = in_hand.pop(0)
            queue.rest(one, item)
            resting.append(one)
        elif what == "wake" and resting:
            queue.wake(resting.pop(0))
    for one, item in in_hand:
        seen[one].append(item)
        queue.done(one)
    for one in resting:
        queue.wake(one)
    while taken := queue.take():
        seen[taken[0]].append(taken[1])
        queue.done(taken[0])
    assert seen == added
