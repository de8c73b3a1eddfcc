"""That the judge finds what is wrong matters more than that it is content with what is right."""

from itertools import count
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from ops.chaos.ledger import Call, Doubted, Ledger, Message, judge, out_of_order

moments = count(1)


def asked(ledger: Ledger, number: int, address: str = "39333", *, ordered: bool = True) -> Message:
    """A message that was taken at once."""
    written = float(next(moments))
    message = Message(
        id=f"{address}.{number}", event=uuid4(), tenant="lyo", address=address, number=number,
        marker=f"{number} maggio", ordered=ordered, written=written, taken=written,
    )  # fmt: skip
    ledger.wrote(message)
    return message


def answer(ledger: Ledger, message: Message, *, reached: bool = True, told: bool = True) -> None:
    call = Call(float(next(moments)), reached, told)
    ledger.called(message.address, message.marker, "…", call)


def test_each_message_answered_once_and_in_order_is_clean():
    ledger = Ledger()
    for number in range(5):
        answer(ledger, asked(ledger, number))
    verdict = judge(ledger, {})
    assert verdict.clean
    assert (verdict.messages, verdict.answered) == (5, 5)


def test_a_message_without_an_answer_is_lost():
    ledger = Ledger()
    message = asked(ledger, 0)
    assert judge(ledger, {}).lost == (message,)
    assert not judge(ledger, {}).clean


def test_a_message_whose_answer_the_vendor_always_turned_away_is_lost():
    ledger = Ledger()
    message = asked(ledger, 0)
    answer(ledger, message, reached=False)
    assert judge(ledger, {}).lost == (message,)


def test_an_answer_that_came_at_the_second_try_is_no_double():
    ledger = Ledger()
    message = asked(ledger, 0)
    answer(ledger, message, reached=False)
    answer(ledger, message)
    assert judge(ledger, {}).clean


def test_an_answer_that_reached_the_customer_twice_is_doubled():
    ledger = Ledger()
    message = asked(ledger, 0)
    answer(ledger, message, told=False)
    answer(ledger, message)
    assert judge(ledger, {}).doubled == (message,)


def test_an_answer_overtaken_by_a_later_one_is_out_of_order():
    ledger = Ledger()
    first, second = asked(ledger, 0), asked(ledger, 1)
    answer(ledger, second)
    answer(ledger, first)
    assert judge(ledger, {}).out_of_order == (first,)


def test_order_is_that_of_first_arrivals():
    ledger = Ledger()
    first, second = asked(ledger, 0), asked(ledger, 1)
    for message in (first, second, first):
        answer(ledger, message)
    verdict = judge(ledger, {})
    assert verdict.doubled == (first,)
    assert verdict.out_of_order == ()


def test_another_customer_and_an_ai_overtake_nobody():
    ledger = Ledger()
    slow = asked(ledger, 0, ordered=False)
    quick, other = asked(ledger, 1), asked(ledger, 0, "39444")
    for message in (quick, slow, other):
        answer(ledger, message)
    assert judge(ledger, {}).clean


def test_a_doubtful_answer_is_neither_lost_nor_doubled_but_counted():
    ledger = Ledger()
    held, settled = asked(ledger, 0), asked(ledger, 1)
    answer(ledger, held, reached=False, told=False)
    answer(ledger, settled, told=False)
    verdict = judge(ledger, {held.event: "held", settled.event: "resolved"})
    assert verdict.clean
    assert (verdict.answered, verdict.doubtful, verdict.resolved) == (1, 2, 1)
    assert (verdict.held, verdict.held_arrived) == (1, 0)


def test_a_held_answer_that_had_arrived_is_told_apart():
    ledger = Ledger()
    message = asked(ledger, 0)
    answer(ledger, message, told=False)
    verdict = judge(ledger, {message.event: "held"})
    assert (verdict.held, verdict.held_arrived) == (1, 1)


def test_a_doubtful_answer_that_was_sent_again_after_all_is_doubled():
    ledger = Ledger()
    message = asked(ledger, 0)
    answer(ledger, message, told=False)
    answer(ledger, message)
    assert judge(ledger, {message.event: "held"}).doubled == (message,)


def test_a_message_the_gateway_never_took_is_not_lost_but_refused():
    ledger = Ledger()
    message = asked(ledger, 0)
    message.taken = None
    verdict = judge(ledger, {})
    assert verdict.lost == ()
    assert verdict.untaken == (message,)
    assert not verdict.clean


def test_what_answers_nothing_is_told():
    ledger = Ledger()
    asked(ledger, 0)
    ledger.called("39333", "7 giugno", "unasked", Call(1.0, reached=True))
    ledger.called("39333", None, "unasked", Call(2.0, reached=True))
    ledger.called("39333", None, "turned away", Call(3.0, reached=False))
    assert [stray.at for stray in judge(ledger, {}).strays] == [1.0, 2.0]


def test_without_a_marker_it_answers_the_oldest_open_question_to_an_ai():
    ledger = Ledger()
    first, second = (asked(ledger, number, ordered=False) for number in range(2))
    for _ in range(2):
        ledger.called("39333", None, "I did not understand", Call(float(next(moments)), reached=True))
    assert first.copies == second.copies == 1
    ledger.called("39333", None, "I did not understand", Call(float(next(moments)), reached=True))
    assert len(judge(ledger, {}).strays) == 1


def test_open_are_those_whose_answer_is_still_to_come():
    ledger = Ledger()
    waiting, refused, silent, answered = (asked(ledger, number) for number in range(4))
    answer(ledger, refused, reached=False)
    answer(ledger, silent, reached=False, told=False)
    answer(ledger, answered)
    assert ledger.open() == [waiting, refused]


def test_a_doubt_is_about_the_message_whose_marker_it_bears_even_in_the_turn_of_another():
    ledger = Ledger()
    booking, later = asked(ledger, 0), asked(ledger, 1)
    doubted = Doubted(booking.event, "39333", later.marker, "held")
    assert ledger.doubts([doubted]) == {later.event: "held"}


def test_a_doubt_without_a_marker_is_about_its_turn():
    ledger = Ledger()
    message = asked(ledger, 0, ordered=False)
    assert ledger.doubts([Doubted(message.event, "39333", None, "resolved")]) == {message.event: "resolved"}


@given(st.permutations(range(8)))
def test_out_of_order_are_those_that_a_later_one_overtook(arrival: list[int]):
    ledger = Ledger()
    messages = [asked(ledger, number) for number in range(8)]
    for number in arrival:
        answer(ledger, messages[number])
    overtaken = {number for at, number in enumerate(arrival) if any(other > number for other in arrival[:at])}
    assert {message.number for message in out_of_order(messages)} == overtaken
