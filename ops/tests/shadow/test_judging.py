"""A candidate's process that fails, hangs, or answers differently; and what is asked of it after that."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from ops.shadow.child import Child, Died, pause_after
from ops.shadow.command import Wish, child_of
from ops.shadow.judging import Judging

PATIENCE = 60.0


class Told:
    """The past of conversations, as whoever knows it would tell it; None: nobody does."""

    def __init__(self, configs, events=()) -> None:
        self._configs, self._events = configs, events
        self.asked = 0

    async def events(self, conversation: str):
        self.asked += 1
        return None if self._events is None else tuple(one.model_dump_json() for one in self._events)

    async def configs(self, tenant: str):
        return self._configs


@asynccontextmanager
async def process(**wish) -> AsyncIterator[Child]:
    child = child_of(Wish(niceness=0, **wish))
    try:
        yield child
    finally:
        await child.close()


@pytest.fixture
def past(lyo) -> Callable[..., Told]:
    return lambda *events: Told({1: lyo}, None if None in events else events)


@pytest.fixture
def case(past, talk, turns_of, checkout):
    return past, talk, turns_of, checkout


async def verdicts(judging: Judging, turns, waited: float = 0) -> list[str]:
    return [(await judging.judge(turn, waited)).verdict for turn in turns]


async def test_our_own_code_agrees_with_itself(past, talk, turns_of):
    async with process() as child:
        turns = turns_of(talk("ciao", "vorrei un taglio donna", "domani alle 15"))
        assert await verdicts(Judging(child, past(), PATIENCE), turns) == ["alike"] * 4


async def test_another_answer_is_a_difference(past, talk, turns_of, checkout):
    code = checkout(
        "def decide(*given):\n"
        "    step = _before(*given)\n"
        "    return step._replace(understood=())\n"
    )  # fmt: skip
    async with process(code=code) as child:
        judged = await Judging(child, past(), PATIENCE).judge(turns_of(talk("ciao"))[0], 0)
    assert (judged.verdict, judged.why) == ("different", ("intents: 'greet' → ''",))


async def test_one_that_raises_has_failed_and_the_conversation_is_over(past, talk, turns_of, checkout):
    code = checkout("def decide(*given):\n    raise LookupError('lost')\n")
    async with process(code=code) as child:
        judging = Judging(child, past(), PATIENCE)
        first, second = turns_of(talk("ciao", "che orari fate?"))
        judged = await judging.judge(first, 0)
        assert judged.verdict == "failed"
        assert "LookupError: lost" in judged.why[0]
        assert "dialogue.py" in judged.why[0]
        assert (await judging.judge(second, 0)).verdict == "ended"
        assert child.deaths == 0


HANGS = "import time\n\n\ndef decide(c, event, *given):\n    if 'orari' in str(event): time.sleep(99)\n    return _before(c, event, *given)\n"  # noqa: E501
DIES = HANGS.replace("time.sleep(99)", "__import__('os').kill(__import__('os').getpid(), 9)")


@pytest.mark.parametrize(
    ("lines", "verdict", "why"),
    [(HANGS, "late", "hangs in .*dialogue.py"), (DIES, "failed", "ended with -9")],
    ids=["hangs", "dies"],
)
async def test_one_that_hangs_or_dies_is_started_again(case, lines: str, verdict: str, why: str):
    past, talk, turns_of, checkout = case
    async with process(code=checkout(lines), within=2) as child:
        judging = Judging(child, past(), PATIENCE)
        over, after = turns_of(talk("che orari fate?", "ciao"))
        judged = await judging.judge(over, 0)
        assert judged.verdict == verdict
        assert re.search(why, judged.why[0])
        assert (await judging.judge(after, 0)).verdict == "ended"
        (other,) = turns_of(talk("ciao", address="+393339999999"))
        assert (await judging.judge(other, 0)).verdict == "alike"
        assert child.deaths == 1


async def test_one_that_reaches_out_has_failed_even_if_it_hides_it(past, talk, turns_of, checkout):
    code = checkout(
        "def decide(*given):\n"
        "    import socket\n"
        "    try:\n        socket.create_connection(('127.0.0.1', 9))\n"
        "    except Exception: pass\n"
        "    return _before(*given)\n"
    )
    async with process(code=code) as child:
        judged = await Judging(child, past(), PATIENCE).judge(turns_of(talk("ciao"))[0], 0)
    assert judged.verdict == "failed"
    assert "socket" in judged.why[0]


async def test_what_it_prints_is_no_answer(past, talk, turns_of, checkout):
    code = checkout("def decide(*given):\n    print('x' * 100_000)\n    return _before(*given)\n")
    async with process(code=code) as child:
        turns = turns_of(talk("ciao", "che orari fate?"))
        assert await verdicts(Judging(child, past(), PATIENCE), turns) == ["alike", "alike"]


async def test_one_that_cannot_be_loaded_says_why(checkout):
    async with process(code=checkout("import nothing_of_that_name\n")) as child:
        with pytest.raises(Died, match="nothing_of_that_name"):
            await child.start()


async def test_a_turn_that_waited_too_long_is_skipped_and_made_up_for(past, talk, turns_of):
    history = talk("ciao", "vorrei un taglio donna", "domani alle 15")
    first, second, third, fourth = turns_of(history)
    async with process() as child:
        judging = Judging(child, past(*history.events), PATIENCE)
        assert await verdicts(judging, [first]) == ["alike"]
        assert await verdicts(judging, [second], waited=PATIENCE + 1) == ["skipped"]
        assert await verdicts(judging, [third, fourth]) == ["alike", "alike"]


async def test_a_conversation_of_unknown_past_is_not_compared_and_not_asked_for_again(past, talk, turns_of):
    nobody = past(None)
    async with process() as child:
        turns = turns_of(talk("ciao", "che orari fate?"))
        assert await verdicts(Judging(child, nobody, PATIENCE), turns) == ["middle", "middle"]
    assert nobody.asked == 1


async def test_a_turn_whose_event_was_recorded_before_is_compared_where_the_record_can_be_asked(
    past, talk, turns_of
):
    history = talk("ciao")
    (turn,) = (replace(one, handled=None) for one in turns_of(history))
    async with process() as child:
        assert await verdicts(Judging(child, past(*history.events), PATIENCE), [turn]) == ["alike"]
    async with process() as child:
        assert await verdicts(Judging(child, past(), PATIENCE), [turn]) == ["middle"]


def test_pauses_between_processes_grow_to_a_minute():
    pauses = [pause_after(deaths) for deaths in range(10)]
    assert pauses[0] == 0
    assert pauses[1:] == sorted(pauses[1:])
    assert pauses[-1] == 60
    assert pause_after(10_000) == 60
