"""What was said on a running stack is decided once more: the same, or other in exactly what was changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.places import tenants_dir

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parents[3]
ADDRESS = "393330000071"
TEXTS = ("quanto costa la piega?", "vorrei prenotare una piega mercoledì prossimo alle 10", "ok grazie")
ALIKE, DIFFERENT, NOTHING = 0, 1, 3

Replay = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def replay(product: Any, until: Callable[..., Any]) -> Replay:
    """Replays a talk in which a customer books; gives the exit code and the turns that differ."""
    phone = product.phone("whatsapp", ADDRESS, "Maria Rossi")
    for text in TEXTS:
        phone.ask(text=text)
    until(lambda: product.bookings(ADDRESS))

    def run(*options: str) -> tuple[int, list[dict[str, Any]]]:
        done = product.bellhop("replay", *(options or (ADDRESS,)), "--json")
        assert done.returncode in (ALIKE, DIFFERENT, NOTHING), done.stderr
        found = json.loads(done.stdout)["conversations"] if done.stdout.strip() else []
        turns = [turn for one in found for turn in one["turns"]]
        assert all(one["complete"] for one in found)
        return done.returncode, turns

    # The index follows the record within moments.
    until(lambda: len(run(ADDRESS)[1]) > len(TEXTS))
    return run


def said(turns: list[dict[str, Any]]) -> list[str]:
    return [text for turn in turns if turn["differs"] for text in turn["then"]["texts"]]


def test_without_a_change_nothing_differs(replay: Replay) -> None:
    code, turns = replay(ADDRESS)
    assert code == ALIKE
    assert any(turn["handled"]["type"] == "booking.confirmed.v1" for turn in turns)


def test_a_set_of_conversations_does_not_either(replay: Replay) -> None:
    code, turns = replay("--tenant", "lyo", "--since", "1h")
    assert (code, len(turns)) == (ALIKE, len(replay(ADDRESS)[1]))
    assert replay("--tenant", "sdb", "--since", "1h")[0] == NOTHING


def test_a_price_differs_in_the_turns_that_name_it(replay: Replay, tmp_path: Path) -> None:
    dearer = tmp_path / "lyo.yaml"
    dearer.write_text((tenants_dir() / "lyo.yaml").read_text().replace("price: 20", "price: 27"))
    code, turns = replay(ADDRESS, "--config", str(dearer))
    assert code == DIFFERENT
    naming = [text for turn in turns for text in turn["then"]["texts"] if "20 €" in text]
    assert len(naming) == 2
    assert said(turns) == naming


def test_a_template_differs_in_the_turns_that_use_it(replay: Replay, tmp_path: Path) -> None:
    source = Path("services/conversation/src")
    shutil.copytree(HERE / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
    words = tmp_path / source / "conversation/messages/it.yaml"
    words.write_text(words.read_text().replace("Prego!", "Ma prego!"))
    code, turns = replay(ADDRESS, "--code", str(tmp_path))
    assert code == DIFFERENT
    (text,) = said(turns)
    assert text.startswith("Prego!")
