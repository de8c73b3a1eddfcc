"""The same record gives the same decisions, whenever and wherever they are made."""

from collections import Counter

from contracts.tenants import TenantConfig
from ops.replay.deciding import Candidate, replay_all
from ops.replay.engine import replay
from ops.replay.history import History
from ops.replay.rehearsal import rehearsed
from ops.replay.wire import Setup

NEEDED = (
    "booking.confirmed", "booking.refused", "booking.moved", "booking.cancelled", "availability.found",
    "completion.generated", "completion.failed", "consent.withdrawn",
)  # fmt: skip


def test_a_hundred_conversations_replayed_three_times_differ_nowhere(corpus: list[History]) -> None:
    for _ in range(3):
        assert [turn for one in corpus for turn in replay(one).turns if turn.differs] == []


def test_nothing_is_left_out(corpus: list[History]) -> None:
    for history in corpus[:10]:
        turns = replay(history).turns
        assert [turn.handled.id for turn in turns] == [event.id for event in history.handled]


def test_another_process_decides_the_same(lyo: TenantConfig, corpus: list[History]) -> None:
    candidate = Candidate(Setup(configs={"lyo": {1: lyo}}))
    done = list(replay_all(corpus[:20], candidate, processes=2))
    assert [one for one, _ in done] == [replay(history) for history in corpus[:20]]
    assert not any(tried for _, tried in done)


def test_the_corpus_holds_what_matters(corpus: list[History]) -> None:
    seen = Counter(event.type for history in corpus for event in history.events)
    for needed in NEEDED:
        assert seen[f"{needed}.v1"] > 0, needed


def test_the_same_seed_rehearses_the_same(lyo: TenantConfig) -> None:
    assert rehearsed(lyo, 7) == rehearsed(lyo, 7)
