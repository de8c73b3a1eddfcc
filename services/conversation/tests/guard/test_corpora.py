"""What the guard refuses and what it lets pass, over answers for the five example businesses."""

FALSE_REFUSALS = 0.02
MISSED = 0.05


def test_honest_answers_pass(honest):
    refused = [f"{one.fault}: {one.answer}" for one in honest if one.fault]
    assert len(honest) >= 150
    assert len(refused) <= FALSE_REFUSALS * len(honest), refused


def test_inventions_do_not(inventions):
    passed = [one.answer for one in inventions if not one.fault]
    assert len(inventions) >= 150
    assert len(passed) <= MISSED * len(inventions), passed
