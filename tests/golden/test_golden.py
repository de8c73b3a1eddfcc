"""Every golden conversation is said as it was, and nobody can be known in it.

When one differs on purpose: `make golden` shows what has changed, `bellhop golden accept NAME` takes it.
"""

from pathlib import Path

import pytest
from rich.console import Console

from ops.golden.fixture import load
from ops.golden.outcome import check
from ops.golden.strangers import strangers
from ops.golden.tables import differences

FIXTURES = sorted(Path(__file__).parent.glob("*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_says_what_it_said(path: Path):
    outcome = check(load(path))
    if outcome.drifted:
        console = Console(width=140, no_color=True, highlight=False)
        with console.capture() as shown:
            console.print(differences(outcome))
        pytest.fail(f"{shown.get()}\nIf that is meant: bellhop golden accept {path.stem}", pytrace=False)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_holds_nobody(path: Path):
    assert list(strangers(load(path))) == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_is_written_as_the_command_writes_it(path: Path):
    fixture = load(path)
    assert fixture.meta.name == path.stem
    assert fixture.written() == path.read_text("utf-8")


def test_there_are_some():
    assert len(FIXTURES) >= 6
