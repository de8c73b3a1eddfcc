"""What one call teaches: about the vendor, the model, the key, the account."""

import pytest

from ai_router.domain.failures import (
    BadKey,
    BadRequest,
    ContentRefused,
    CutOff,
    Malformed,
    OutOfCredit,
    Overloaded,
    RateLimited,
    TimedOut,
    VendorDown,
)  # fmt: skip
from ai_router.domain.standings import lessons
from ai_router.domain.standings.circuits import Verdicts, verdicts
from ai_router.domain.standings.entries import circuit_name, circuit_parts, circuit_path, names
from ai_router.domain.standings.view import view
from chassis.resilience.circuit_breaker import Circuit

from .replicas import KEYS, LARGE, LIMITS, ONE, THREE, TWO, WAY, Watch

NOW = Watch().now
SOON = Watch().later(20)
VENDOR, MODEL, KEY = names(WAY, ONE).circuits


def after(shared, failure, *, times=1, now=NOW, seconds=0.5, way=WAY, key=ONE, probe=""):
    for _ in range(times):
        ended = lessons.Ended(names(way, key), seconds, failure, probe)
        shared = {**shared, **lessons.after_call(shared, ended, now, LIMITS)}
    return shared


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (None, ("well", "well", "well")),
        (BadRequest(), ("well", "well", "well")),
        (ContentRefused(), ("well", "well", "well")),
        (CutOff(too_long=True), ("well", "well", "well")),
        (CutOff(), ("well", "failed", "failed")),
        (Overloaded(), ("well", "failed", "failed")),
        (TimedOut(), ("well", "failed", "failed")),
        (Malformed(), ("well", "failed", "failed")),
        (VendorDown(), ("failed", "nothing", "nothing")),
        (RateLimited(), ("well", "nothing", "failed")),
        (RateLimited(until=SOON), ("well", "nothing", "nothing")),
        (OutOfCredit(), ("well", "nothing", "nothing")),
        (BadKey(), ("well", "nothing", "nothing")),
    ],
)
def test_every_end_of_a_call_says_something_else(failure, expected):
    assert verdicts(failure) == Verdicts(*expected)


@pytest.mark.parametrize(
    ("failure", "opened"),
    [(Overloaded(), {MODEL, KEY}), (TimedOut(), {MODEL, KEY}), (CutOff(), {MODEL, KEY}),
     (Malformed(), {MODEL, KEY}), (VendorDown(), {VENDOR}), (BadRequest(), set()), (ContentRefused(), set()),
     (CutOff(too_long=True), set()), (OutOfCredit(), set()), (RateLimited(until=SOON), set()),
     (BadKey(), set()), (RateLimited(), {KEY})],
)  # fmt: skip
def test_five_of_a_kind_open_what_they_speak_against(failure, opened):
    shared = after({}, failure, times=5)
    assert {
        name for name, one in shared.items() if isinstance(one, Circuit) and one.stage == "open"
    } == opened


def test_slow_answers_speak_against_the_model_not_the_vendor():
    shared = after({}, None, times=10, seconds=10)
    assert (shared[VENDOR].stage, shared[MODEL].stage, shared[KEY].stage) == ("closed", "open", "open")


def test_failures_of_a_model_over_all_keys_open_it_but_no_key():
    shared = {}
    for key in (ONE, TWO, THREE, ONE, TWO):
        shared = after(shared, Overloaded(), key=key)
    assert [name for name, one in shared.items() if getattr(one, "stage", "") == "open"] == [MODEL]
    standing = view(shared, KEYS, NOW, LIMITS).standing
    assert (standing.keys_for(WAY), standing.hindrance(WAY)) == ((), "circuit_open")
    assert standing.keys_for(LARGE) == KEYS["openai"]


def test_a_call_passes_all_its_circuits_or_none():
    shared = after({}, Overloaded(), times=5)
    shared = {**shared, VENDOR: Circuit("open", NOW + 30)}
    later = NOW + 61
    assert lessons.admitted(shared, names(WAY, ONE), "p", later, LIMITS) == ({}, False)
    probed, may = lessons.admitted(shared, names(WAY, ONE), "p", NOW + 91, LIMITS)
    assert may
    assert {name: one.probe for name, one in probed.items()} == {VENDOR: "p", MODEL: "p", KEY: "p"}
    shared = {**shared, **probed}
    for way, key in ((WAY, TWO), (LARGE, ONE)):
        assert not lessons.admitted(shared, names(way, key), "q", NOW + 92, LIMITS)[1]


@pytest.mark.parametrize(
    ("failure", "stages"),
    [(None, ("closed", "closed")), (Overloaded(), ("open", "open")), (BadRequest(), ("closed", "closed")),
     (OutOfCredit(), ("half-open", "half-open")), (RateLimited(), ("half-open", "open"))],
)  # fmt: skip
def test_a_probe_that_says_nothing_about_a_circuit_is_given_back(failure, stages):
    shared = after({}, Overloaded(), times=5)
    probed, _ = lessons.admitted(shared, names(WAY, ONE), "p", NOW + 60, LIMITS)
    shared = after({**shared, **probed}, failure, now=NOW + 61, probe="p")
    assert (shared[MODEL].stage, shared[KEY].stage) == stages
    assert shared[MODEL].probe == shared[KEY].probe == ""


@pytest.mark.parametrize("failure", [OutOfCredit(), Overloaded(), None, VendorDown()])
def test_a_straggler_says_nothing_in_the_probes_name(failure):
    shared = after({}, Overloaded(), times=5)
    probed, _ = lessons.admitted(shared, names(WAY, ONE), "p", NOW + 60, LIMITS)
    shared = {**shared, **probed}
    assert after(shared, failure, now=NOW + 61, seconds=70, probe="p")[MODEL] == shared[MODEL]


@pytest.mark.parametrize(
    "parts",
    [("openai",), ("openrouter", "meta-llama/llama-3.1-8b"), ("openrouter", "a/b/c:free", "openrouter-2")],
)
def test_names_of_circuits_read_back(parts):
    name = circuit_name(*parts)
    assert circuit_parts(name) == (*parts, *([""] * (3 - len(parts))))
    assert circuit_path(name) == "/".join(parts)


def test_a_view_holds_until_something_changes_by_itself():
    shared = after({}, Overloaded(), times=5)
    shared = after(shared, RateLimited(until=SOON), key=TWO)
    seen = view(shared, KEYS, NOW, LIMITS)
    assert seen.until == NOW + 20
    assert view(shared, KEYS, NOW + 21, LIMITS).until == NOW + 60
    assert view(shared, KEYS, NOW + 60, LIMITS).standing.keys_for(WAY) == KEYS["openai"]


@pytest.mark.parametrize(
    ("failures", "why"),
    [([BadKey()] * 3, "refused_key"), ([BadKey(), BadKey(), RateLimited(until=SOON)], "resting"),
     ([OutOfCredit(), None, None], "no_credit"), ([BadKey(), None, None], None)],
)  # fmt: skip
def test_why_no_key_may_be_used(failures, why):
    shared = {}
    for key, failure in zip(KEYS["openai"], failures, strict=True):
        shared = after(shared, failure, key=key)
    assert view(shared, KEYS, NOW, LIMITS).standing.hindrance(WAY) == why


def test_a_vendor_without_keys_is_not_configured():
    assert view({}, {"openai": ()}, NOW, LIMITS).standing.hindrance(WAY) == "not_configured"
