"""Recorded conversations of an example business, and candidates to judge by them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import conversation
from contracts.tenants import TenantConfig
from gateway.domain.tenant_file import read_tenant_file
from ops.replay.history import History
from ops.replay.rehearsal import script
from ops.shadow.turns import Assembly, LiveTurn
from ops.tenants import read

LYO = Path(__file__).parents[3] / "deploy" / "tenants" / "lyo.yaml"


@pytest.fixture(scope="session")
def lyo() -> TenantConfig:
    return read_tenant_file(read(LYO)).config()


@pytest.fixture(scope="session")
def talk(lyo: TenantConfig) -> Callable[..., History]:
    """A conversation in which the customer writes these texts."""
    return lambda *texts, **more: script(lyo, texts, **more)


@pytest.fixture(scope="session")
def turns_of() -> Callable[[History], list[LiveTurn]]:
    def assembled(history: History) -> list[LiveTurn]:
        assembly = Assembly()
        return [turn for event in history.events if (turn := assembly.add(event))]

    return assembled


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[[str], Path]:
    """A candidate's checkout: ours, with some lines more at the end of the dialogue's module."""

    def create(lines: str) -> Path:
        package = tmp_path / "services/conversation/src/conversation"
        shutil.copytree(Path(conversation.__file__).parent, package)
        with (package / "domain/dialogue.py").open("a") as dialogue:
            dialogue.write(f"\n_before = decide\n\n\n{lines}")
        return tmp_path

    return create
