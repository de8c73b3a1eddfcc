"""The house's versions: files `<purpose>/<version>/<language>.md`. `any.md` is for languages without one."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, get_args

from pydantic import TypeAdapter, ValidationError

from contracts.ai import Purpose
from contracts.prompts import HouseVersion, PromptTexts, Written

House = dict[Purpose, dict[str, PromptTexts]]
"""By purpose and version."""

_LAYOUT: Final = "answer/1/any.md, where 1 is the version and any may be it, en or fr"
_Files = dict[tuple[Purpose, str], dict[str, str]]


class UnfitPrompts(ValueError):
    """A folder of prompts that cannot be used. Says what to do."""


def house() -> House:
    """The versions of this process."""
    return _house


def use(folder: Path | None) -> None:
    """From now on the prompts of this process come from `folder` where it has them; None: Bellhop's own.

    A file there replaces the one at the same place, or adds a version. Raises UnfitPrompts.
    """
    found = _read(folder) if folder else {}
    _house.clear()
    _house.update(_versions(_own(), found))


def prompts_in(folder: Path) -> House:
    """The prompts that a folder replaces or adds. Raises UnfitPrompts."""
    return _versions(_read(folder))


def _own() -> _Files:
    with as_file(files("conversation").joinpath("prompts")) as folder:
        return _read(folder)


def _read(folder: Path) -> _Files:
    paths = sorted(folder.rglob("*.md"))
    if not paths:
        raise UnfitPrompts(f"{folder} holds no prompt: put {_LAYOUT} there, or leave the folder unset")
    found: _Files = {}
    for path in paths:
        purpose, version = _place(path.relative_to(folder), path)
        found.setdefault((purpose, version), {})[path.stem] = _text(path)
    return found


def _place(inside: Path, path: Path) -> tuple[Purpose, str]:
    """The purpose and version of a file. Raises UnfitPrompts."""
    try:
        purpose, version, _ = inside.parts
        known = inside.stem in get_args(Written)
        place = TypeAdapter(tuple[Purpose, HouseVersion]).validate_python((purpose, version))
    except ValueError:
        known = False
    if not known:
        raise UnfitPrompts(f"{path} is no prompt: rename or remove it; a prompt is called {_LAYOUT}")
    return place


def _text(path: Path) -> str:
    text = path.read_text("utf-8").removesuffix("\n")
    try:
        PromptTexts.model_validate(text)
    except ValidationError as error:
        what = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UnfitPrompts(f"{path} {what[:1].lower()}{what[1:]}") from error
    return text


def _versions(*layers: _Files) -> House:
    """The later ones replace the earlier, file by file."""
    texts: _Files = {}
    for place, languages in (item for layer in layers for item in layer.items()):
        texts[place] = texts.get(place, {}) | languages
    versions: House = {}
    for (purpose, version), languages in texts.items():
        versions.setdefault(purpose, {})[version] = PromptTexts.model_validate(languages)
    return versions


_house: Final = _versions(_own())
