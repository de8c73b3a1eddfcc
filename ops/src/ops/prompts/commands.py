"""`bellhop prompts …`: each function is one command and returns its exit code."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from rich.console import Console, RenderableType
from rich.markup import escape

from ops.api import Api, ApiProblem
from ops.prompts.views import Found, changed, differing, filled, overview, state, version_texts

FINE, WRONG, MISUNDERSTOOD = 0, 1, 2

_STDIN: Final = Path("-")
_NOT_FOUND: Final = 404


class NotUnderstood(Exception):
    """What was asked for is not there, or cannot be read; the message says what is."""


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


def show_all(tenant: str | None, *, raw: bool) -> int:
    """What is in force for one business or all."""

    def work(api: Api) -> int:
        businesses = (
            [tenant] if tenant else [one["id"] for one in api.request("GET", "/api/v1/tenants")["items"]]
        )
        items = [{"tenant": one, **item} for one in businesses for item in _items(api, one)]
        return _print(items, raw=raw, look=lambda: overview(items))

    return _with_api(work)


def show(tenant: str, purpose: str, version: str | None, *, raw: bool) -> int:
    """Texts as they are written."""

    def work(api: Api) -> int:
        item = _item(api, tenant, purpose)
        names = [version] if version else [one["version"] for one in item["versions"]]
        found = {name: _texts(item, name) for name in names}
        return _print(found, raw=raw, look=lambda: version_texts(item, found))

    return _with_api(work)


def preview(tenant: str, purpose: str, version: str, language: str | None, *, raw: bool) -> int:
    """A text filled in."""

    def work(api: Api) -> int:
        query = urlencode({"version": version} | ({"language": language} if language else {}))
        found = api.request("GET", f"{_path(tenant, purpose)}/preview?{query}")
        return _print(found, raw=raw, look=lambda: filled(found))

    return _with_api(work)


def diff(tenant: str, purpose: str, new: str, old: str | None, *, raw: bool) -> int:
    """Two versions line by line. Exit codes as those of diff: 0 alike, 1 different, 2 not possible."""

    def work(api: Api) -> int:
        item = _item(api, tenant, purpose)
        names = (old or item["in_force"], new)
        lines = differing(names, (_texts(item, names[0]), _texts(item, names[1])))
        _print(lines, raw=raw, look=lambda: changed(lines, names))
        return WRONG if lines else FINE

    return _with_api(work, else_=MISUNDERSTOOD)


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
        found = api.request(method, f"{_path(tenant, purpose)}/{what}", wish())
        return _print(found, raw=raw, look=lambda: state(tenant, found))

    return _with_api(work)


def _with_api(work: Callable[[Api], int], else_: int = WRONG) -> int:
    try:
        return work(Api.of_running_stack())
    except NotUnderstood as problem:
        _say(str(problem))
        return MISUNDERSTOOD
    except ApiProblem as problem:
        for line in _in_words(problem):
            _say(line)
        return else_


def _in_words(problem: ApiProblem) -> list[str]:
    if problem.status == _NOT_FOUND:
        return ["no business is called that: `bellhop tenants list` tells them"]
    return [f"{one['field']}: {one['problem']}" for one in problem.errors] or [str(problem)]


def _items(api: Api, tenant: str) -> list[Found]:
    items: list[Found] = api.request("GET", _path(tenant))["items"]
    return items


def _item(api: Api, tenant: str, purpose: str) -> Found:
    items = {one["purpose"]: one for one in _items(api, tenant)}
    if purpose not in items:
        raise NotUnderstood(f"{purpose} has no prompt; there are {', '.join(items)}")
    return items[purpose]


def _texts(item: Found, version: str) -> dict[str, str]:
    known = {one["version"]: one["texts"] for one in item["versions"]}
    if item["draft"]:
        known["draft"] = item["draft"]
    if version not in known:
        raise NotUnderstood(f"{version} is not there; there are {', '.join(known)}")
    texts: dict[str, str] = known[version]
    return texts


def _path(tenant: str, *rest: str) -> str:
    return "/".join(
        (f"/api/v1/tenants/{quote(tenant, safe='')}/prompts", *(quote(one, safe="") for one in rest))
    )


def _read(file: Path) -> str:
    try:
        text = sys.stdin.read() if file == _STDIN else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotUnderstood(f"{file} cannot be read: {error}") from None
    return text.removesuffix("\n")


def _print(found: Any, *, raw: bool, look: Callable[[], RenderableType]) -> int:
    if raw:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        Console().print(look())
    return FINE


def _say(problem: str) -> None:
    Console(stderr=True).print(f"[red]✗[/red] {escape(problem)}")
