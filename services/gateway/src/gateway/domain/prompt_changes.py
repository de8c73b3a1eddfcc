"""What can be done with a business's prompts of one purpose. Pure: each function gives what holds then.

Raises NotPossible where it cannot be done. A version that has a number never changes.
"""

from collections.abc import Mapping
from typing import Any, Final

from contracts.prompts import HISTORY, PromptSplit, PromptTexts, PurposePrompts, number

DRAFT: Final = "draft"
HOUSE: Final = "house"
"""In place of a version: the house's newest, whichever that is."""

OWN_KEPT: Final = HISTORY + 2
"""So many own versions are kept, and those that are still named."""

House = Mapping[str, PromptTexts]


class NotPossible(ValueError):
    """It cannot be done as asked: the field, and what to do instead."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field = field


def drafted(
    prompts: PurposePrompts, texts: PromptTexts | None, based_on: str | None, house: House
) -> PurposePrompts:
    """A draft: the texts given, and the others as in `based_on` (a version, or the draft so far)."""
    base = text_of(prompts, based_on, house).root if based_on else {}
    merged = {**base, **(texts.root if texts else {})}
    if not merged:
        raise NotPossible("texts", "is empty: give a text, or a version to base the draft on")
    return _but(prompts, draft=PromptTexts(merged))


def undrafted(prompts: PurposePrompts) -> PurposePrompts:
    """Without the draft."""
    return _but(prompts, draft=None)


def published(prompts: PurposePrompts, version: str, house: House) -> PurposePrompts:
    """From now on all conversations get this version. A split ends."""
    known, name = _numbered(prompts, version, house)
    if name == known.published:
        return _but(known, split=None)
    before = (*known.before, known.published)[-HISTORY:]
    return _but(known, published=name, before=before, split=None)


def rolled_back(prompts: PurposePrompts) -> PurposePrompts:
    """All conversations get what was published before. A split ends."""
    if not prompts.before:
        raise NotPossible("purpose", "has no earlier version to roll back to; publish the one you want")
    *earlier, last = prompts.before
    return _but(prompts, published=last, before=tuple(earlier), split=None)


def divided(prompts: PurposePrompts, version: str, percent: int, house: House) -> PurposePrompts:
    """So many of a hundred conversations get this version, the others the one in force."""
    known, name = _numbered(prompts, version, house)
    if name is None:
        raise NotPossible("version", f"{HOUSE} changes with Bellhop: name one of {', '.join(house)}")
    if name == known.in_force(house):
        raise NotPossible("version", f"{name} is what the others get: name another one")
    return _but(known, split=PromptSplit(version=name, percent=percent))


def undivided(prompts: PurposePrompts) -> PurposePrompts:
    """All conversations get the version in force."""
    return _but(prompts, split=None)


def text_of(prompts: PurposePrompts, version: str, house: House) -> PromptTexts:
    """The texts of a version, or of the draft (the version in force while there is none)."""
    if version == DRAFT:
        return prompts.draft or prompts.versions(house)[prompts.in_force(house)]
    known = prompts.versions(house)
    if version not in known:
        raise NotPossible("version", f"{version} is not there; there are {', '.join(known)}")
    return known[version]


def _numbered(prompts: PurposePrompts, version: str, house: House) -> tuple[PurposePrompts, str | None]:
    """The version's name; None: the house's newest. The draft gets a number, if its text has none yet."""
    if version == HOUSE:
        return prompts, None
    if version == DRAFT:
        if prompts.draft is None:
            raise NotPossible("version", "there is no draft: write one first, or name a version")
        return _with_own(prompts, prompts.draft, house)
    text_of(prompts, version, house)
    return prompts, version


def _with_own(prompts: PurposePrompts, texts: PromptTexts, house: House) -> tuple[PurposePrompts, str]:
    same = next((name for name, one in prompts.versions(house).items() if one == texts), None)
    name = same or f"own-{1 + max(map(number, prompts.own), default=0)}"
    own = prompts.own if same else {**prompts.own, name: texts}
    return _but(prompts, draft=None, own=own), name


def _but(prompts: PurposePrompts, **changes: Any) -> PurposePrompts:
    changed = prompts.model_copy(update=changes)
    named = {changed.published, *changed.before, changed.split and changed.split.version}
    newest = set(sorted(changed.own, key=number)[-OWN_KEPT:])
    own = {name: texts for name, texts in changed.own.items() if name in named | newest}
    return PurposePrompts.model_validate({**dict(changed), "own": own})
