"""The states of a delivery, however its receipts come in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.messages import Channel, Receipt
from notifier.domain.delivery import Delivery, IllegalTransition

T0 = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ORDER: tuple[Receipt, ...] = ("sent", "delivered", "read", "failed")

CREATED = Delivery(
    id=UUID(int=1), conversation_id="c", correlation_id=UUID(int=2), channel=Channel.WHATSAPP,
    purpose="reply", created_at=T0,
)  # fmt: skip
SENDING = CREATED.sending(T0, "here")
UNCERTAIN = SENDING.uncertain(T0, "died")
SENT = SENDING.sent(T0, "wamid.1")


def after(delivery: Delivery, *statuses: Receipt, at: datetime = T0):
    for status in statuses:
        delivery = delivery.received(status, at, "wamid.1", "131026" if status == "failed" else None, None)
    return delivery


@pytest.mark.parametrize(
    ("delivery", "statuses", "state"),
    [
        (SENT, (), "sent"),
        (SENT, ("sent",), "sent"),
        (SENT, ("delivered",), "delivered"),
        (SENT, ("delivered", "read"), "read"),
        (SENT, ("read", "delivered"), "read"),
        (SENT, ("read", "sent"), "read"),
        (SENT, ("failed",), "failed"),
        (SENT, ("failed", "sent"), "failed"),
        (SENT, ("failed", "delivered"), "delivered"),
        (SENT, ("delivered", "failed"), "delivered"),
        (SENDING, ("sent",), "sent"),
        (UNCERTAIN, ("sent",), "sent"),
        (UNCERTAIN, ("delivered",), "delivered"),
        (UNCERTAIN, ("failed",), "failed"),
    ],
)
def test_receipts_move_a_delivery_on_and_never_back(delivery, statuses, state):
    assert after(delivery, *statuses).state == state


@given(
    st.lists(st.tuples(st.sampled_from(ORDER), st.integers(0, 100)), max_size=12),
    st.sampled_from([SENDING, SENT, UNCERTAIN]),
    st.randoms(use_true_random=False),
)
def test_any_order_of_receipts_ends_where_the_best_order_ends(receipts, start, random):
    def told(order):
        delivery = start
        for status, seconds in order:
            delivery = after(delivery, status, at=T0 + timedelta(seconds=seconds))
        return delivery

    best = sorted(receipts, key=lambda one: (one[1], ORDER.index(one[0])))
    shuffled = [*receipts, *receipts]
    random.shuffle(shuffled)
    assert told(shuffled) == told(best)


def test_every_transition_has_its_time():
    later = T0 + timedelta(seconds=5)
    read = after(SENDING.sent(later, "wamid.1"), "delivered", "read", at=later)
    assert (read.created_at, read.sending_at, read.sent_at) == (T0, T0, later)
    assert read.delivered_at == read.read_at == later
    assert UNCERTAIN.uncertain_at == T0


def test_only_what_is_created_begins_to_be_sent_or_is_held_back():
    for delivery in (SENDING, SENT, UNCERTAIN, CREATED.failed(T0, None, "no"), CREATED.suppressed(T0)):
        with pytest.raises(IllegalTransition):
            delivery.sending(T0, "here")
        with pytest.raises(IllegalTransition):
            delivery.suppressed(T0)


def test_what_the_vendor_turned_away_may_be_sent_again():
    again = SENDING.not_accepted()
    assert (again.state, again.tries) == ("created", 1)
    assert again.sending(T0, "here").state == "sending"
    with pytest.raises(IllegalTransition):
        SENT.not_accepted()


def test_a_doubt_ends_when_the_answer_is_known_after_all():
    assert UNCERTAIN.sent(T0, "wamid.1").state == "sent"
    assert SENT.uncertain(T0, "too late to doubt") == SENT


def test_a_stored_delivery_is_read_back_as_it_was():
    assert Delivery.model_validate(SENT.model_dump(mode="json")) == SENT
