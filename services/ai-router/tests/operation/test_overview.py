"""The overview: who can be asked, with which keys, and how calls went."""

import json
from collections import Counter

import pytest

from ai_router.domain.places import Load
from ai_router.domain.recent_calls import Mark, bucket_of
from ai_router.domain.standings.overview import CircuitShown
from ai_router.operation.overview import Overviews, address
from contracts.ai import AiPolicy

from .conftest import NOON


class Recent:
    def __init__(self, counted):
        self.counted = counted

    async def look(self):
        return self.counted

    async def load(self):
        return Load(4, 2)


def call(vendor, model, key, outcome="generated"):
    return Mark("call", vendor, model, key, outcome, bucket_of(0.5))


@pytest.fixture
def overviews(vendors, standings, policies):
    counted = Counter({call("a", "mini", "a-1"): 8, call("a", "mini", "a-2", "timeout"): 2})
    counted[Mark("cache", outcome="hit")] = 3
    lanes = {"live": standings, "shadow": standings}
    return Overviews(vendors, lanes, policies, Recent(counted), places=100, open_seconds=60)


def of(told, vendor):
    return next(one for one in told["vendors"] if one["vendor"] == vendor)


def circuit(state, vendor="a", model="mini", key=""):
    return CircuitShown(vendor, model, key, state, NOON.timestamp(), "5 failures in a row", 5, 5, 0)


async def test_it_holds_no_key_and_no_secret_of_an_address(overviews):
    said = json.dumps(await overviews.look("live"))
    for secret in ("secret-of", "user", "pass", "key=1"):
        assert secret not in said
    assert "https://api.a.example/v1" in said
    assert "a-1 \\u2026Ab12" in said


async def test_calls_are_told_by_key_by_model_and_together(overviews):
    told = await overviews.look("live")
    keys = {one["key"]: one for one in of(told, "a")["keys"]}
    assert [(keys[one]["calls"], keys[one]["failures"]) for one in ("a-1", "a-2")] == [(8, 0), (2, 2)]
    models = {one["model"]: one for one in of(told, "a")["models"]}
    assert (models["mini"]["calls"], models["mini"]["tiers"], models["maxi"]["calls"]) == (10, ["small"], 0)
    assert told["calls"]["outcomes"] == {"generated": 8, "timeout": 2}
    assert told["cache"] == {"hits": 3, "misses": 0}
    assert (told["in_hand"]["now"], told["in_hand"]["waiting"], told["in_hand"]["most"]) == (4, 2, 100)
    assert keys["a-1"]["p95"] == pytest.approx(0.5, rel=0.06)


async def test_the_shadow_lane_has_states_and_no_calls(overviews):
    assert of(await overviews.look("shadow"), "a")["keys"][0]["calls"] == 0


async def test_without_figures_it_says_so(overviews):
    overviews.recent.counted = None
    told = await overviews.look("live")
    assert (told["calls"], told["cache"], of(told, "a")["keys"][0]["calls"]) == (None, None, None)


async def test_a_disabled_model_is_none(overviews):
    assert [one["model"] for one in of(await overviews.look("live"), "b")["models"]] == ["big"]


@pytest.mark.parametrize(
    ("states", "circuits", "expected"),
    [
        ({}, (), "ready"),
        ({"a-1": "resting"}, (), "ready"),
        ({"a-1": "resting", "a-2": "resting"}, (), "resting"),
        ({"a-1": "retired", "a-2": "resting"}, (), "resting"),
        ({"a-1": "retired", "a-2": "retired"}, (), "retired"),
        ({}, (circuit("open"),), "ready"),
        ({}, (circuit("open"), circuit("open", model="maxi")), "circuit open"),
        ({}, (circuit("open"), circuit("half-open", model="maxi")), "ready"),
        ({}, (circuit("open", model=""),), "circuit open"),
        ({}, (circuit("open", model="mini", key="a-1"), circuit("open", model="maxi", key="a-1")), "ready"),
    ],
)
async def test_whether_a_vendor_can_be_asked(overviews, standings, states, circuits, expected):
    standings.states, standings.circuits = states, circuits
    assert of(await overviews.look("live"), "a")["state"] == expected


async def test_one_that_is_off_is_off(overviews, policies, policy):
    policies.policy = AiPolicy.model_validate(policy.model_dump() | {"off": ["b"]})
    told = await overviews.look("live")
    assert (of(told, "b")["state"], of(told, "a")["state"]) == ("off", "ready")


async def test_circuits_that_are_not_closed_say_when_they_probe(overviews, standings):
    standings.circuits = (circuit("open"), circuit("closed", vendor="b"), circuit("half-open", model="maxi"))
    opened, half = (await overviews.look("live"))["circuits"]
    assert (opened["since"], opened["until"]) == ("2026-03-02T12:00:00+00:00", "2026-03-02T12:01:00+00:00")
    assert half["until"] is None


async def test_without_keys_it_is_offline(standings, policies):
    overviews = Overviews((), {"live": standings}, policies, Recent(Counter()), 100, 60)
    assert (await overviews.look("live"))["offline"]


def test_an_address_keeps_its_path_alone():
    assert address("http://127.0.0.1:8010/ai/openai/v1") == "http://127.0.0.1:8010/ai/openai/v1"
    assert address("https://h.example") == "https://h.example"
