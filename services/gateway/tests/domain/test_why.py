"""Why a message was sent or not, from recorded stories."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.customers import Address, ConsentGiven, ConsentWithdrawn
from contracts.decisions import SendChecks
from contracts.messages import (
    Channel,
    MessageDelivered,
    MessageFailed,
    MessageRead,
    MessageSuppressed,
    MessageUncertain,
)
from contracts.operations import CapabilityPaused, CapabilityResumed, Operator, WaitingDiscarded
from gateway.domain.why import Why, conversation_of, why

ROME = ZoneInfo("Europe/Rome")
BOSS = Operator(by="boss@lyo.it")


def asked(story: Any, ref: object) -> Why:
    found = why(str(ref), story.recorded, ROME)
    assert found
    return found


def outcomes(found: Why) -> dict[str, str]:
    return {one.name: one.outcome for one in found.checks}


def words(found: Why, name: str) -> str:
    return next(one.words for one in found.checks if one.name == name)


def test_a_message_that_was_sent_and_read(story: Any) -> None:
    said = story.books()
    receipt = story.reported(status="read")
    story.then(receipt, 2, MessageRead(message_id=said["answer"].id), "notifier")
    found = asked(story, said["answer"].id)
    assert found.verdict.startswith("Sent at 20 Nov 10:00:00, read at 20 Nov 10:00:00")
    assert found.direction == "outbound"
    assert outcomes(found) == {
        "asked for": "ok", "AI": "not applicable", "duplicate": "ok", "opted out": "ok", "paused": "ok",
        "window": "ok", "quiet hours": "not applicable", "a person has taken over": "not applicable",
        "budget": "not applicable", "vendor's pace": "ok", "vendor's answer": "ok", "arrival": "ok",
    }  # fmt: skip
    assert words(found, "asked for").endswith("by conversation because of booking.confirmed")
    assert words(found, "budget") == "no such rule is set for this business"


def test_every_check_that_rests_on_an_event_names_it(story: Any) -> None:
    said = story.books()
    found = {one.name: one.event_id for one in asked(story, said["answer"].id).checks}
    assert found["asked for"] == str(said["answer"].id)
    assert found["window"] == str(said["received"].id)
    assert found["vendor's answer"] == str(said["sent"].id)
    assert found["arrival"] == str(said["delivered"].id)


@pytest.mark.parametrize("ref", ["wamid.out", "wamid.1"])
def test_vendors_ids_name_a_message_as_well(story: Any, ref: str) -> None:
    said = story.books()
    wanted = {"wamid.out": said["answer"], "wamid.1": said["received"]}[ref]
    assert asked(story, ref).message_id == str(wanted.id)
    assert conversation_of(ref, story.recorded) == ("lyo", story.conversation)


def test_what_is_no_message_has_no_why(story: Any) -> None:
    said = story.books()
    assert why(str(said["requested"].id), story.recorded, ROME) is None


def consent(story: Any, cause: Any, *, given: bool = False) -> Any:
    kind = ConsentGiven if given else ConsentWithdrawn
    return story.then(
        cause, 1, kind(channel=Channel.WHATSAPP, personal=Address(address="39")), "conversation"
    )


def test_a_message_to_who_opted_out_is_held_back(story: Any) -> None:
    stop = story.writes("STOP")
    answer = story.says(stop, "Non ti scriviamo più", "consent")
    withdrawn = consent(story, stop)
    story.sent(answer, "wamid.bye", opted_out=True)
    story.wait(hours=1)
    reminder = story.says(stop, "Promemoria", "reminder", n=7)
    looked = SendChecks(opted_out=True)
    held = MessageSuppressed(message_id=reminder.id, reason="opted_out", checks=looked)
    story.then(reminder, 4, held, "notifier")
    found = asked(story, reminder.id)
    assert found.verdict == "Held back: the customer wrote STOP at 20 Nov 10:00:00."
    assert outcomes(found)["opted out"] == "stopped"
    assert next(one.event_id for one in found.checks if one.name == "opted out") == str(withdrawn.id)
    goodbye = asked(story, answer.id)
    assert words(goodbye, "opted out") == "opted out, but this is the answer to that"
    assert outcomes(goodbye)["paused"] == "not applicable"


def test_only_what_was_before_counts(story: Any) -> None:
    first = story.writes("Ciao")
    request = story.says(first, "Ciao!")
    story.sent(request)
    story.wait(minutes=1)
    consent(story, story.writes("STOP", "wamid.2"))
    pause(story)
    found = asked(story, request.id)
    assert words(found, "opted out") == "the customer has not opted out"
    assert words(found, "paused") == "sending not paused"


def test_who_came_back_is_written_to(story: Any) -> None:
    first = story.writes("START")
    consent(story, first, given=True)
    found = asked(story, story.says(first, "Bentornata", n=2).id)
    assert words(found, "opted out") == "wants messages again since 20 Nov 10:00:00"


def pause(story: Any, capability: Any = "sending") -> Any:
    said = CapabilityPaused(capability=capability, reason="wrong prices", personal=BOSS)
    return story.happens(said, "gateway", f"pause {capability} {story.now}", partition="lyo")


def resume(story: Any) -> Any:
    return story.happens(
        CapabilityResumed(capability="sending", personal=BOSS),
        "gateway",
        f"resume {story.now}",
        partition="lyo",
    )


def test_a_paused_message_waits(story: Any) -> None:
    pause(story)
    request = story.says(story.writes("Ciao"), "Ciao!")
    found = asked(story, request.id)
    assert found.verdict == "Waits: sending paused since 20 Nov 10:00:00 by boss@lyo.it (wrong prices)."
    assert outcomes(found)["paused"] == "waits"


def test_a_message_that_waited_while_sending_was_paused(story: Any) -> None:
    pause(story)
    request = story.says(story.writes("Ciao"), "Ciao!")
    story.wait(minutes=5)
    resume(story)
    story.sent(request)
    found = asked(story, request.id)
    assert (
        words(found, "paused") == "waited while sending was paused, from 20 Nov 10:00:00 to 20 Nov 10:05:00"
    )
    assert found.verdict == "Sent at 20 Nov 10:05:00."


def test_a_message_that_was_let_through_alone(story: Any) -> None:
    pause(story)
    request = story.says(story.writes("Ciao"), "Ciao!")
    story.sent(request)
    story.wait(minutes=5)
    resume(story)
    words_of_pause = words(asked(story, request.id), "paused")
    assert words_of_pause == "let through while sending was paused, since 20 Nov 10:00:00"


def test_a_pause_that_was_over_before_does_not_count(story: Any) -> None:
    pause(story)
    resume(story)
    request = story.says(story.writes("Ciao"), "Ciao!")
    assert words(asked(story, request.id), "paused") == "sending not paused"


def test_a_message_given_up_while_it_waited(story: Any) -> None:
    pause(story)
    request = story.says(story.writes("Ciao"), "Ciao!")
    story.happens(WaitingDiscarded(service="notifier", event_ids=(request.id,)), "notifier", "release")
    assert asked(story, request.id).verdict == "Given up while it waited, at 20 Nov 10:00:00."


@pytest.mark.parametrize(("hours", "outcome"), [(1, "ok"), (25, "unclear")])
def test_whatsapps_window_is_measured_from_the_customers_last_message(
    story: Any, hours: int, outcome: str
) -> None:
    received = story.writes("Ciao")
    story.wait(hours=hours)
    request = story.says(received, "Promemoria", "reminder")
    story.sent(request)
    found = asked(story, request.id)
    assert outcomes(found)["window"] == outcome
    assert words(found, "window").startswith(f"the customer wrote {hours} h 0 min before")


def test_a_message_outside_of_the_window_that_meta_refused(story: Any) -> None:
    received = story.writes("Ciao")
    story.wait(hours=30)
    request = story.says(received, "Promemoria", "reminder")
    looked = SendChecks(opted_out=False, tries=2, slowed_down=True)
    failed = MessageFailed(
        message_id=request.id, code="131047", reason="Re-engagement message", checks=looked
    )
    story.then(request, 3, failed, "notifier")
    found = asked(story, request.id)
    assert found.verdict == "Failed at 21 Nov 16:00:00: Re-engagement message (code 131047)."
    assert (outcomes(found)["window"], outcomes(found)["vendor's answer"]) == ("stopped", "stopped")
    assert words(found, "vendor's pace") == "2 attempts, slowed down by the vendor before"


def test_a_message_nobody_knows_about(story: Any) -> None:
    request = story.says(story.writes("Ciao"), "Ciao!")
    told = MessageUncertain(message_id=request.id, reason="the answer never came")
    story.then(request, 5, told, "notifier")
    found = asked(story, request.id)
    assert found.verdict.startswith("Uncertain since 20 Nov 10:00:00 whether the vendor has it: the answer")
    assert outcomes(found)["vendor's answer"] == "unclear"


def test_a_message_recorded_twice_counts_once(story: Any) -> None:
    request = story.says(story.writes("Ciao"), "Ciao!")
    story.recorded.append(dict(story.recorded[-1]))
    assert words(asked(story, request.id), "duplicate") == "recorded 2 times; it counts once, by its id"


def test_a_customers_message_that_was_answered(story: Any) -> None:
    said = story.books()
    found = asked(story, said["received"].id)
    assert found.direction == "inbound"
    assert found.verdict.endswith(f"see `bellhop why {said['answer'].id}`.")
    assert words(found, "decided") == "book 0.93 by rules → asked another service"
    assert "a domani alle 15" in words(found, "answer")


def test_a_customers_message_after_stop_gets_no_answer(story: Any) -> None:
    consent(story, story.writes("STOP"))
    later = story.writes("Che prezzi avete?", "wamid.2")
    story.decides(later, 0, "nothing", "prices", reason="opted_out")
    found = asked(story, later.id)
    assert found.verdict == "Not answered: the customer wrote STOP at 20 Nov 10:00:00."
    assert outcomes(found)["opted out"] == "stopped"


def test_a_customers_message_of_a_paused_business_waits(story: Any) -> None:
    pause(story, "replies")
    received = story.writes("Ciao")
    found = asked(story, received.id)
    assert found.verdict == "Waits: replies paused since 20 Nov 10:00:00 by boss@lyo.it (wrong prices)."
    assert outcomes(found)["decided"] == "waits"


def test_a_reaction_needs_no_answer(story: Any) -> None:
    received = story.writes("👍")
    story.decides(received, 0, "nothing", reason="reaction")
    assert asked(story, received.id).verdict == "Not answered: said nothing: a reaction needs no answer."


def test_a_kept_message_is_answered_by_the_turn_it_was_kept_for(story: Any) -> None:
    first = story.writes("Vorrei un taglio")
    story.wait(seconds=1)
    kept = story.writes("E quanto costa?", "wamid.2")
    story.decides(kept, 0, "kept")
    assert asked(story, kept.id).verdict.startswith("Not answered yet: it is kept")
    answer = story.says(first, "Fatto. Costa 20 €", n=3)
    story.decides(first, 4, "said", "prices")
    story.recorded[-1]["data"]["handled"] = "booking.confirmed.v1"
    assert str(answer.id) in asked(story, kept.id).verdict


def test_a_message_that_arrived_without_ever_being_called_sent(story: Any) -> None:
    request = story.says(story.writes("Ciao"), "Ciao!")
    story.now += timedelta(seconds=1)
    story.then(request, 1, MessageDelivered(message_id=request.id), "notifier")
    assert asked(story, request.id).verdict == "Sent, delivered at 20 Nov 10:00:01."
