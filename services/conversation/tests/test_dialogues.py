"""The scripted dialogues of `dialogues/`, played with a scheduler of a few lines."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

SCRIPTS = [
    pytest.param(script, id=f"{file.stem}: {script['name']}")
    for file in sorted(Path(__file__).parent.joinpath("dialogues").glob("*.yaml"))
    for script in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_dialogue(script: dict[str, Any], talk: Callable[..., Any]) -> None:
    chat = talk(script.get("now", "2026-11-20 10:00"), name=script.get("customer", "Anna Rossi"))
    chat.scheduler.busy = {datetime.fromisoformat(start) for start in script.get("busy", ())}
    for turn in script["turns"]:
        before = len(chat.out)
        reply = chat.taps(turn["taps"]) if "taps" in turn else chat.says(turn["customer"])
        _expect(turn, chat, reply, [type(data).__name__ for data in chat.out[before:]])


def _expect(turn: dict[str, Any], chat: Any, reply: str, out: list[str]) -> None:
    assert bool(reply) != turn.get("silent", False), f"{turn} → {reply!r}"
    for text in turn.get("bot", ()):
        assert text in reply
    for text in turn.get("not", ()):
        assert text not in reply
    if "options" in turn:
        assert [option.title for option in chat.options] == turn["options"]
    if "requests" in turn:
        assert [name for name in out if name != "MessageSendRequested"] == turn["requests"]
    if "booked" in turn:
        assert chat.booked == turn["booked"]
