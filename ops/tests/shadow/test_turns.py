"""The live service's turns out of the record."""

from ops.shadow.turns import Assembly


def test_every_decided_event_becomes_a_turn_with_all_that_was_made_of_it(talk, turns_of):
    history = talk("che orari fate?", "quanto costa un taglio?")
    first, second = turns_of(history)
    assert first.handled.data.personal.text == "che orari fate?"
    assert [one.type for one in first.said] == ["message-send.requested.v1"]
    assert (first.kinds, second.kinds) == (("hours",), ("prices",))
    assert [event for turn in (first, second) for event in turn.events] == list(history.events)


def test_answers_of_others_are_turns_under_their_type(talk, turns_of):
    turns = turns_of(talk("do you deliver to Patagonia?"))
    assert turns[-1].kinds == ("completion.failed.v1",)


def test_what_is_recorded_twice_makes_one_turn(talk, turns_of):
    history = talk("che orari fate?")
    assembly = Assembly()
    found = [turn for event in history.events * 2 if (turn := assembly.add(event))]
    assert found == turns_of(history)


def test_a_copy_before_the_decision_is_no_second_message(talk):
    heard, said, decided = talk("che orari fate?").events
    assembly = Assembly()
    for event in (heard, said, heard, said):
        assert assembly.add(event) is None
    turn = assembly.add(decided)
    assert turn is not None
    assert turn.said == (said,)


def test_a_decision_on_what_was_recorded_before_is_a_turn_without_its_event(talk):
    _, said, decided = talk("che orari fate?").events
    assembly = Assembly()
    assembly.add(said)
    turn = assembly.add(decided)
    assert turn is not None
    assert turn.handled is None


def test_what_never_gets_decided_is_forgotten_in_time(talk):
    waiting = talk("che orari fate?")
    others = [talk("ciao", address=f"+3933300000{n:02}") for n in range(10, 13)]
    assembly = Assembly(kept=2)
    assembly.add(waiting.events[0])
    for other in others:
        for event in other.events:
            assembly.add(event)
    assembly.add(waiting.events[1])
    turn = assembly.add(waiting.events[-1])
    assert turn is not None
    assert turn.handled is not None  # they were decided at once, and made room


def test_the_oldest_gives_way_to_what_waits_after_it(talk):
    history, *others = (talk("ciao", address=f"+3933300000{n:02}") for n in range(10, 13))
    assembly = Assembly(kept=2)
    for one in (history, *others):
        assembly.add(one.events[0])
    turn = assembly.add(history.events[-1])
    assert turn is not None
    assert turn.handled is None
