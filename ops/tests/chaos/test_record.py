from typing import Any
from uuid import UUID, uuid4

from ops.chaos.record import recorded


def event(kind: str, turn: UUID, **data: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "type": kind, "correlationid": str(turn), "data": data}


def test_an_uncertain_message_is_a_doubt_about_what_it_answers():
    turn = uuid4()
    sent = event("message-send.requested.v1", turn)
    log = [event("message.received.v1", turn), sent]
    log.append(event("message.uncertain.v1", turn, message_id=sent["id"]))
    assert recorded(log).doubts == {turn: "held"}


def test_what_comes_after_it_resolves_it_whatever_its_own_correlation():
    turn = uuid4()
    sent = event("message-send.requested.v1", turn)
    doubt = event("message.uncertain.v1", turn, message_id=sent["id"])
    told = event("message.delivered.v1", uuid4(), message_id=sent["id"])
    assert recorded([sent, doubt, told]).doubts == {turn: "resolved"}
    assert recorded([sent, doubt, told, doubt]).doubts == {turn: "resolved"}


def test_certain_messages_leave_no_doubt():
    turn = uuid4()
    sent = event("message-send.requested.v1", turn)
    assert recorded([sent, event("message.sent.v1", turn, message_id=sent["id"])]).doubts == {}


def test_a_trail_tells_each_step_once():
    turn = uuid4()
    log = [event("message.received.v1", turn), event("message.received.v1", turn)]
    log.append(event("message-send.requested.v1", turn))
    record = recorded(log)
    assert record.trail(turn) == "message.received.v1 → message-send.requested.v1"
    assert record.trail(uuid4()) == "nothing"
