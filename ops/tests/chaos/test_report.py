import math
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from ops.chaos.ledger import Message, Verdict
from ops.chaos.plan import Kind, Scene
from ops.chaos.report import Report
from ops.chaos.run import Played
from ops.chaos.timing import Effect

CLEAN = Verdict(
    messages=10, answered=10, lost=(), doubled=(), out_of_order=(), untaken=(), strays=(), doubtful=0,
    resolved=0, held=0, held_arrived=0,
)  # fmt: skip
MESSAGE = Message(
    id="1",
    event=uuid4(),
    tenant="lyo",
    address="39333",
    number=0,
    marker="1 maggio",
    ordered=True,
    written=1.0,
)
KILL = Scene(Kind.KILL, 5.0, "notifier")
ROLL = Scene(Kind.ROLL, 8.0, "conversation")


def report(*scenes: tuple[Scene, float], verdict: Verdict = CLEAN) -> Report:
    """A run in which these scenes made somebody wait for so long."""
    played = [(Played(scene, 1.0, 1.0), Effect(stall, stall)) for scene, stall in scenes]
    return Report(
        seed=1, begun=0.0, verdict=verdict, scenes=played, normal=1.0, repeated=0, trails={}, conditions=()
    )


def test_a_clean_run_in_time_passes():
    assert report((KILL, 4.9), (ROLL, 1.9)).passed


@pytest.mark.parametrize("what", ["lost", "doubled", "out_of_order", "untaken"])
def test_a_single_wrong_message_fails_it(what: str):
    wrong: dict[str, Any] = {what: (MESSAGE,)}
    assert not report(verdict=replace(CLEAN, **wrong)).passed


@pytest.mark.parametrize("slow", [(KILL, 5.1), (ROLL, 2.1), (KILL, math.inf)])
def test_too_slow_a_recovery_fails_it(slow: tuple[Scene, float]):
    assert not report(slow).passed


def test_who_owns_no_partitions_has_no_limit():
    assert report((Scene(Kind.KILL, 3.0, "gateway"), 9.0)).passed


def test_one_slow_kill_of_twenty_is_within_the_percentile():
    assert report(*[(KILL, 1.0)] * 19, (KILL, 9.0)).passed
    assert not report(*[(KILL, 1.0)] * 18, *[(KILL, 9.0)] * 2).passed


def test_a_skipped_scene_is_no_measurement():
    run = report((KILL, math.inf))
    run.scenes[0][0].skipped = True
    assert run.passed
    assert run.kinds() == {}


def test_as_json_an_endless_wait_is_null():
    told = report((KILL, math.inf)).as_json()
    assert told["scenes"][0]["stall"] is None
    assert told["passed"] is False
