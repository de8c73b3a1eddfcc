"""What the guard refuses and what it lets pass, over answers for the five example businesses."""

FALSE_REFUSALS = 0.02
MISSED = 0.05
HELD_OUT_FALSE_REFUSALS = 0.13
HELD_OUT_MISSED = 0.17
"""What was measured on answers that the guard was not tuned on; lower them when it does better."""


def test_honest_answers_pass(honest):
    refused = [f"{one.fault}: {one.answer}" for one in honest if one.fault]
    assert len(honest) >= 150
    assert len(refused) <= FALSE_REFUSALS * len(honest), refused


def test_inventions_do_not(inventions):
    passed = [one.answer for one in inventions if not one.fault]
    assert len(inventions) >= 150
    assert len(passed) <= MISSED * len(inventions), passed


def test_honest_answers_that_it_was_not_tuned_on_pass(held_out_honest):
    refused = sum(bool(one.fault) for one in held_out_honest)  # which ones is not told, nor to be looked at
    assert refused <= HELD_OUT_FALSE_REFUSALS * len(held_out_honest)


def test_inventions_that_it_was_not_tuned_on_do_not(held_out_inventions):
    missed = sum(not one.fault for one in held_out_inventions)
    assert missed <= HELD_OUT_MISSED * len(held_out_inventions)
