"""The same events give the same decisions, whatever process, machine, zone and hour decides."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import conversation.domain

HERE = Path(__file__).parent
WORLDS = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8"},
)
HARD_TO_READ = ("pernotare una pieega o tagloi con Giullia dopodomani", "perché il cielo è blu?", "STOP")
DOMAIN = sorted(Path(conversation.domain.__path__[0]).rglob("*.py"))
FROM_OUTSIDE = {"now", "today", "utcnow", "fromtimestamp", "utc_now", "uuid1", "uuid4", "hash", "id"}
OUTSIDE = {"os", "random", "secrets", "time", "locale", "platform", "chassis"}


def recorded(talk):
    """What was handled in every dialogue there is, and in one that is hard to read."""
    scripts = [
        one for file in sorted(HERE.glob("dialogues/*.yaml")) for one in yaml.safe_load(file.read_text())
    ]
    scripts.append({"now": "2026-10-24 23:50", "turns": [{"customer": text} for text in HARD_TO_READ]})
    for script in scripts:
        chat = talk(script.get("now", "2026-11-20 10:00"), name=script.get("customer", "Anna Rossi"))
        for turn in script["turns"]:
            if "customer" in turn:
                chat.says(turn["customer"])
        yield [event.model_dump_json() for event in chat.events]


def test_every_process_decides_alike(talk, salon):
    conversations = list(recorded(talk))
    assert len(conversations) > 50
    given = json.dumps({"config": salon.model_dump(mode="json"), "conversations": conversations})
    deciders = [
        subprocess.Popen(
            [sys.executable, str(HERE / "decide_again.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | world,
        )
        for world in WORLDS
    ]  # fmt: skip
    one, other = (json.loads(decider.communicate(given)[0]) for decider in deciders)
    assert [len(told) for told in one] == [len(events) for events in conversations]
    assert one == other


@pytest.mark.parametrize("file", DOMAIN, ids=lambda file: file.stem)
def test_no_rule_asks_for_the_hour_for_chance_or_for_the_machine(file):
    nodes = list(ast.walk(ast.parse(file.read_text())))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} & OUTSIDE == set()
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    called = {ast.unparse(call.func).rpartition(".")[2] for call in calls}
    assert called & FROM_OUTSIDE == set()
    zoneless = [call for call in calls if ast.unparse(call.func).endswith("astimezone") and not call.args]
    assert zoneless == []
