"""Answers for the example businesses, and what each is judged on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
import yaml

from contracts.completions import Utterance
from contracts.tenants import Language, TenantConfig
from conversation.domain.guard import Grounds, fault_in
from conversation.domain.open_questions import grounds
from conversation.domain.phrases import Phrases
from conversation.domain.state import Conversation
from conversation.domain.turn import Scene

HERE = Path(__file__).parent
TENANTS = HERE.parents[3] / "deploy" / "tenants"
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)


class Sample(NamedTuple):
    """One answer to one question, and what it is judged on."""

    asked: str
    answer: str
    grounds: Grounds

    @property
    def fault(self) -> str:
        return fault_in(self.answer, self.grounds)


def tenant(name: str) -> TenantConfig:
    return TenantConfig.model_validate(yaml.safe_load((TENANTS / f"{name}.yaml").read_text("utf-8")))


def grounds_of(config: TenantConfig, language: Language, asked: str) -> Grounds:
    now = FRIDAY.replace(tzinfo=config.zone)
    scene = Scene(config, now, UUID(int=1), Phrases(language, config, now.date()))
    conversation = Conversation(id="talk", turns=(Utterance(role="customer", text=asked),))
    return grounds(conversation, scene)


def samples(corpus: str) -> Iterator[Sample]:
    for name, languages in yaml.safe_load((HERE / corpus).read_text("utf-8")).items():
        config = tenant(name)
        for language, pairs in languages.items():
            for asked, answer in pairs:
                yield Sample(asked, answer, grounds_of(config, language, asked))


@pytest.fixture
def business() -> Callable[[str], TenantConfig]:
    """One of the example businesses, by its name."""
    return tenant


@pytest.fixture(scope="session")
def honest() -> list[Sample]:
    return list(samples("honest.yaml"))


@pytest.fixture(scope="session")
def inventions() -> list[Sample]:
    return list(samples("inventions.yaml"))


@pytest.fixture(scope="session")
def held_out_honest() -> list[Sample]:
    return list(samples("held_out_honest.yaml"))


@pytest.fixture(scope="session")
def held_out_inventions() -> list[Sample]:
    return list(samples("held_out_inventions.yaml"))
