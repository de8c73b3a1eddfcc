"""From recorded events to the trees of what led to what."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import operations
from contracts.bookings import ReminderDue
from contracts.catalogue import CATALOGUE, consumed_by
from contracts.completions import CompletionFailed, CompletionRequested, Prompt
from contracts.examples import examples_of
from contracts.messages import Channel, MessageSent, MessageUncertain
from gateway.domain.timeline import Hop, gaps, hops, timeline_of
from gateway.domain.timeline.entry import entries_of
from gateway.domain.timeline.pending import DECIDED_ON
from gateway.domain.timeline.wording import worded

ROME = {"lyo": ZoneInfo("Europe/Rome")}


def types(hop: Hop) -> list[Any]:
    """A tree as nested lists of types, the first of each the one above."""
    name = hop.type.removesuffix(".v1") + (" *" if hop.decided else "")
    return [name, *map(types, hop.caused)]


def test_a_booking_is_one_tree_from_the_webhook_to_the_receipt(story: Any) -> None:
    story.books()
    timeline = timeline_of(story.recorded, ROME)
    (turn,) = timeline.turns
    assert types(turn.opening) == [
        "message.received *",
        ["booking.requested", ["booking.confirmed *", ["message-send.requested", ["message.sent",
            ["receipt.received", ["message.delivered"]]]]]],
    ]  # fmt: skip
    assert (timeline.orphans, gaps(timeline)) == ((), [])
    assert turn.headline == "“Vorrei prenotare un taglio domani alle 15”"


def test_each_hop_tells_how_long_it_waited_and_worked(story: Any) -> None:
    said = story.books()
    (turn,) = timeline_of(story.recorded, ROME).turns
    received, requested = turn.opening, turn.opening.caused[0]
    assert (received.wait, received.work) == (1.002, 0.01)  # since the vendor's time
    assert (requested.wait, requested.work) == (0.002, 0.01)
    assert turn.seconds == (said["sent"].recordedtime - said["received"].takentime).total_seconds()
    receipt = next(hop for hop in hops(timeline_of(story.recorded)) if hop.type == "receipt.received.v1")
    assert receipt.wait == 1.002


def test_what_was_decided_stands_at_the_event_it_was_decided_about(story: Any) -> None:
    story.books()
    (turn,) = timeline_of(story.recorded, ROME).turns
    decided = turn.opening.decided
    assert decided
    assert decided.words == "book 0.93 by rules → asked another service"
    assert turn.opening.caused[0].words == "wants taglio on Sat 21 Nov 15:00"


def test_what_still_waits_is_marked(story: Any) -> None:
    received = story.writes("Avete posto?")
    assert _pending(story) == {"message.received.v1": "not handled yet"}
    asked = CompletionRequested(purpose="answer", language="it", personal=Prompt(instructions="", turns=()))
    request = story.then(received, 0, asked, "conversation")
    story.decides(received, 1, "requested", "unknown")
    assert _pending(story) == {"completion.requested.v1": "no answer yet"}
    failed = CompletionFailed(request_id=request.id, reason="timeout")
    story.says(story.then(request, 0, failed, "ai-router"), "Non lo so")
    assert _pending(story) == {"message-send.requested.v1": "not sent yet"}


def test_what_an_operator_gave_up_does_not_wait_any_more(story: Any) -> None:
    received = story.writes("Ciao")
    given_up = operations.WaitingDiscarded(service="conversation", event_ids=(received.id,))
    story.happens(given_up, "conversation", "release")
    assert _pending(story) == {"message.received.v1": "given up by an operator"}


def _pending(story: Any) -> dict[str, str]:
    return {hop.type: hop.pending for hop in hops(timeline_of(story.recorded)) if hop.pending}


def test_an_event_without_its_cause_is_an_orphan(story: Any) -> None:
    story.books()
    timeline = timeline_of(story.recorded[1:], ROME)
    assert [one.opening.type for one in timeline.orphans] == ["booking.requested.v1", "turn.decided.v1"]
    assert all(one.opening.orphan for one in timeline.orphans)
    assert len(gaps(timeline)) == 2


def test_a_receipt_for_none_of_our_messages_is_an_orphan(story: Any) -> None:
    story.reported("wamid.of-somebody-else")
    assert [one.opening.type for one in timeline_of(story.recorded).orphans] == ["receipt.received.v1"]


def test_a_receipt_that_tells_that_a_doubtful_message_was_sent_hangs_under_its_request(story: Any) -> None:
    request = story.says(story.writes("Ciao"), "Ciao!")
    story.then(request, 5, MessageUncertain(message_id=request.id, reason="no answer"), "notifier")
    receipt = story.reported("wamid.late", "sent")
    sent = MessageSent(message_id=request.id, channel=Channel.WHATSAPP, vendor_message_id="wamid.late")
    story.then(receipt, 0, sent, "notifier")
    story.reported("wamid.late", "delivered")
    (turn,) = timeline_of(story.recorded).turns
    assert types(turn.opening.caused[0]) == [
        "message-send.requested",
        ["message.uncertain"],
        ["receipt.received", ["message.sent", ["receipt.received"]]],
    ]


def test_a_reminder_is_a_turn_of_its_own_that_follows_the_booking(story: Any) -> None:
    said = story.books()
    story.wait(hours=5)
    due = ReminderDue(appointment=said["confirmed"].data.appointment)
    reminder = story.happens(due, "scheduler", "reminder")
    story.recorded[-1]["causationid"] = str(said["requested"].id)
    story.decides(reminder, 0, "said")
    booked, reminded = timeline_of(story.recorded, ROME).turns
    assert reminded.follows == str(said["requested"].id)
    assert reminded.headline == "due: taglio on Sat 21 Nov 15:00 with giulia"
    assert booked.seconds is not None
    assert booked.seconds < 1


def test_an_event_recorded_twice_is_shown_once_and_counted(story: Any) -> None:
    story.books()
    once = timeline_of(story.recorded)
    again = {**story.recorded[0], "recordedtime": "2026-11-20T10:00:00Z"}
    twice = timeline_of([again, *story.recorded])
    assert twice.turns[0].opening.copies == 2
    assert twice.turns[0].opening.recorded == once.turns[0].opening.recorded


def test_what_cannot_be_read_is_shown_as_it_is(story: Any) -> None:
    received = story.writes("Ciao")
    strange = {**story.recorded[0], "id": str(uuid4()), "causationid": str(received.id)}
    broken = {**strange, "id": str(uuid4()), "data": {"kind": 7}}
    for odd in ({**strange, "type": "message.painted.v9"}, broken, {"hello": "world"}):
        story.recorded.append(odd)
    timeline = timeline_of(story.recorded)
    shown = [hop for hop in hops(timeline) if hop.tone == "bad"]
    assert [hop.data for hop in shown] == [story.recorded[2], story.recorded[1], {"hello": "world"}] or len(
        shown
    ) == 3
    assert {hop.type for hop in shown} == {"message.painted.v9", "message.received.v1", "unknown"}


def test_events_that_name_each_other_as_cause_are_not_lost(story: Any) -> None:
    story.books()
    circle = [dict(one) for one in story.recorded[1:3]]
    circle[0]["causationid"], circle[1]["causationid"] = circle[1]["id"], circle[0]["id"]
    assert Counter(hop.id for hop in hops(timeline_of(circle))) == {circle[0]["id"]: 1, circle[1]["id"]: 1}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_neither_order_nor_copies_nor_gaps_change_where_an_event_stands(
    new_story: Callable[[], Any], data: st.DataObject
) -> None:
    story = new_story()
    story.books()
    story.says(story.writes("Ciao", "wamid.2"), "Ciao!")
    story.reported("wamid.of-somebody-else")
    kept = data.draw(st.lists(st.sampled_from(story.recorded), min_size=1))
    causes = st.sampled_from([one["id"] for one in story.recorded])
    mixed = [one | {"causationid": data.draw(causes)} if data.draw(st.booleans()) else one for one in kept]
    shuffled = data.draw(st.permutations(mixed))
    assert timeline_of(mixed) == timeline_of(shuffled)
    found = Counter(hop.id for hop in hops(timeline_of(mixed)))
    assert found == Counter({one["id"] for one in mixed})


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.type)
def test_every_event_has_words(row: Any) -> None:
    recorded = map(json.loads, examples_of(row.type).valid)
    for entry in entries_of(recorded).values():
        told = worded(entry, UTC)
        assert told.text
        assert "\n" not in told.text


def test_all_that_the_conversation_takes_is_decided_about_but_orders_and_configurations() -> None:
    talk = {row.model for row in consumed_by("conversation")}
    orders = {one for one in talk if one.__module__ in ("contracts.operations", "contracts.tenants")}
    assert talk - orders == set(DECIDED_ON)


def test_clocks_that_differ_make_no_negative_waits(story: Any) -> None:
    received = story.writes("Ciao")
    story.now -= timedelta(seconds=1)
    story.decides(received, 0, "said", "greet")
    decided = timeline_of(story.recorded).turns[0].opening.decided
    assert decided
    assert decided.wait == 0
