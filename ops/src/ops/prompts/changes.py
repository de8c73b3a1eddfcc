"""`bellhop prompts …`, where it changes something: each function is one command and returns its exit code."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops.api import Api
from ops.prompts.asking import NotUnderstood, path_of, tell, with_api
from ops.prompts.views import Found, state

_STDIN: Final = Path("-")


@dataclass(frozen=True)
class Draft:
    """A text in a file, for one language or (None) for all; the version that the rest is from."""

    file: Path | None
    language: str | None = None
    based_on: str | None = None

    def wish(self) -> Found:
        """What the API is asked for. Raises NotUnderstood."""
        wish: Found = {"based_on": self.based_on} if self.based_on else {}
        if self.file is None:
            return wish
        text = _read(self.file)
        if self.language:
            return {**wish, "texts": {self.language: text}}
        return {"based_on": None, **wish, "texts": {"any": text}}


def draft(tenant: str, purpose: str, wanted: Draft, *, raw: bool) -> int:
    """Writes a draft."""
    return _change("PUT", tenant, purpose, "draft", wanted.wish, raw=raw)


def drop_draft(tenant: str, purpose: str, *, raw: bool) -> int:
    """Gives the draft up."""
    return _change("DELETE", tenant, purpose, "draft", raw=raw)


def publish(tenant: str, purpose: str, version: str, *, raw: bool) -> int:
    """All conversations get it."""
    return _change("POST", tenant, purpose, "publish", lambda: {"version": version}, raw=raw)


def rollback(tenant: str, purpose: str, *, raw: bool) -> int:
    """All conversations get what was published before."""
    return _change("POST", tenant, purpose, "rollback", raw=raw)


def split(tenant: str, purpose: str, version: str, percent: int, *, raw: bool) -> int:
    """A part of the conversations gets it."""
    wish = {"version": version, "percent": percent}
    return _change("PUT", tenant, purpose, "split", lambda: wish, raw=raw)


def end_split(tenant: str, purpose: str, *, raw: bool) -> int:
    """No part gets another version any more."""
    return _change("DELETE", tenant, purpose, "split", raw=raw)


def _change(
    method: str,
    tenant: str,
    purpose: str,
    what: str,
    wish: Callable[[], Found | None] = lambda: None,
    *,
    raw: bool,
) -> int:
    def work(api: Api) -> int:
        found = api.request(method, f"{path_of(tenant, purpose)}/{what}", wish())
        return tell(found, raw=raw, look=lambda: state(tenant, found))

    return with_api(work)


def _read(file: Path) -> str:
    try:
        text = sys.stdin.read() if file == _STDIN else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotUnderstood(f"{file} cannot be read: {error}") from None
    return text.removesuffix("\n")
