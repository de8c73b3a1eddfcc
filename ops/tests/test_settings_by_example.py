"""`.env.example` names every setting there is, and none that there is not."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from ai_router.settings import AiRouterSettings
from chassis.settings import ServiceSettings
from conversation.settings import ConversationSettings
from gateway.settings import GatewaySettings
from notifier.settings import NotifierSettings
from scheduler.settings import SchedulerSettings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
NAMED = set(re.findall(r"^(BELLHOP_[A-Z0-9_]+)=", EXAMPLE.read_text(), re.M))
SETTINGS = (
    AiRouterSettings, ConversationSettings, GatewaySettings, NotifierSettings, SchedulerSettings,
)  # fmt: skip


def names_of(settings: type[ServiceSettings]) -> set[str]:
    return {f"BELLHOP_{name}".upper() for name in settings.model_fields}


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_setting_of_a_service_stands_in_the_example(settings):
    assert names_of(settings) - NAMED == set()


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_setting_says_what_it_is_for_or_is_plain(settings):
    own = set(settings.model_fields) - set(ServiceSettings.model_fields)
    assert [name for name in own if not settings.model_fields[name].description] == []


def test_the_example_names_nothing_that_nobody_reads():
    code = "\n".join(file.read_text() for file in ROOT.glob("*/**/src/**/*.py"))
    known = set().union(*map(names_of, SETTINGS)) | set(re.findall(r"BELLHOP_[A-Z0-9_]+", code))
    assert NAMED - known == set()


def test_each_line_of_the_example_is_explained():
    lines = EXAMPLE.read_text().splitlines()
    for above, line in pairwise(lines):
        if line.startswith("BELLHOP_"):
            assert above.startswith("#") or above.startswith("BELLHOP_"), line
