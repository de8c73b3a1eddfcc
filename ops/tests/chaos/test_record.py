from typing import Any
from uuid import UUID, uuid4

from ops.chaos.ledger import Doubted
from ops.chaos.record import recorded


def event(kind: str, turn: UUID, **data: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "type": kind, "correlationid": str(turn), "data": data}


def send(turn: UUID, text: str = "5 maggio siamo aperti") -> dict[str, Any]:
    return event("message-send.requested.v1", turn, personal={"address": "39333", "text": text})


def test_an_uncertain_message_is_told_with_what_marks_it():
    turn = uuid4()
    sent = send(turn)
    log = [event("message.received.v1", turn), sent]
    log.append(event("message.uncertain.v1", turn, message_id=sent["id"]))
    assert recorded(log).doubted == [Doubted(turn, "39333", "5 maggio", "held")]


def test_without_a_marker_the_turn_must_do():
    turn = uuid4()
    sent = send(turn, "I did not understand")
    doubt = event("message.uncertain.v1", turn, message_id=sent["id"])
    assert recorded([sent, doubt]).doubted == [Doubted(turn, "39333", None, "held")]


def test_what_comes_after_it_resolves_it_whatever_its_own_correlation():
    turn = uuid4()
    sent = send(turn)
    doubt = event("message.uncertain.v1", turn, message_id=sent["id"])
    told = event("message.delivered.v1", uuid4(), message_id=sent["id"])
    for log in ([sent, doubt, told], [sent, doubt, told, doubt]):
        assert [one.doubt for one in recorded(log).doubted] == ["resolved"]


def test_certain_messages_leave_no_doubt():
    turn = uuid4()
    sent = send(turn)
    assert recorded([sent, event("message.sent.v1", turn, message_id=sent["id"])]).doubted == []


def test_a_trail_tells_each_step_once():
    turn = uuid4()
    log = [event("message.received.v1", turn), event("message.received.v1", turn), send(turn)]
    record = recorded(log)
    assert record.trail(turn) == "message.received.v1 → message-send.requested.v1"
    assert record.trail(uuid4()) == "nothing"
