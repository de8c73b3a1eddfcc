"""Pages written by hand: what they point at exists."""

import re

import pytest

from ops.places import workspace

ROOT = workspace()
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("libs/*/README.md")]
ROOMS = ("services/", "libs/", "ops/", "deploy/", "docs/")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [one for one in targets if not (page.parent / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_paths_that_are_named_exist(page):
    named = re.findall(r"`([\w./*-]+)`", page.read_text(encoding="utf-8"))
    paths = [one for one in named if one.startswith(ROOMS)]
    assert [one for one in paths if not any(ROOT.glob(one.rstrip("/")))] == []


def test_decisions_are_numbered_listed_and_expire():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [one.name[:4] for one in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    listed = decisions[0].read_text(encoding="utf-8")
    for one in decisions:
        assert one is decisions[0] or one.name in listed
        assert "revisit when" in one.read_text(encoding="utf-8").lower()
