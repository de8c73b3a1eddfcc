"""`bellhop tenants`: sets businesses up from files, and shows them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.domain.tenant_file import TenantFileMistaken, read_tenant_file
from ops.api import Api, ApiProblem

FINE, WRONG = 0, 1


@dataclass(frozen=True)
class Mistake:
    """Something to correct in a file."""

    file: str
    field: str
    what: str


def apply(files: Sequence[Path]) -> int:
    """Checks all files, then sends them. Nothing is sent while one has mistakes."""
    console = Console()
    contents = {path: read(path) for path in files}
    if mistakes := [one for found in contents.values() if isinstance(found, list) for one in found]:
        return _say_mistakes(console, mistakes)
    try:
        api = Api.of_running_stack()
    except ApiProblem as problem:
        return _say(console, problem)
    codes = [_send(console, api, path, content) for path, content in contents.items()]
    return max(codes, default=FINE)


def read(path: Path) -> dict[str, Any] | list[Mistake]:
    """The business in a file as JSON, or what is wrong with it."""
    try:
        content = yaml.safe_load(path.read_text())
        read_tenant_file(content, path.name)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else "?"
        return [Mistake(path.name, f"line {line}", f"is no YAML: {problem.problem}")]
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        return [Mistake(path.name, "the file", f"is no YAML: {problem}")]
    except TenantFileMistaken as problem:
        return [Mistake(path.name, one.field, one.what) for one in problem.mistakes]
    plain: dict[str, Any] = json.loads(json.dumps(content, default=str))  # YAML knows dates, JSON does not
    return plain


def show_all() -> int:
    """Lists the businesses of the running stack."""
    console = Console()
    try:
        found = Api.of_running_stack().request("GET", "/api/v1/tenants")["items"]
    except ApiProblem as problem:
        return _say(console, problem)
    table = Table("Id", "Name", "Kind", "Time zone", "Languages", "Version")
    for one in found:
        languages = ", ".join(one["languages"])
        table.add_row(one["id"], one["name"], one["kind"], one["timezone"], languages, str(one["version"]))
    console.print(table)
    return FINE


def show(tenant: str) -> int:
    """Shows one business as YAML."""
    try:
        found = Api.of_running_stack().request("GET", f"/api/v1/tenants/{tenant}")
    except ApiProblem as problem:
        return _say(Console(), problem)
    print(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), end="")
    return FINE


def _send(console: Console, api: Api, path: Path, content: dict[str, Any] | list[Mistake]) -> int:
    if isinstance(content, list):
        return WRONG
    try:
        done = api.request("PUT", f"/api/v1/tenants/{content['id']}", content)
    except ApiProblem as problem:
        if not problem.errors:
            return _say(console, problem)
        refused = [Mistake(path.name, one["field"], one["problem"]) for one in problem.errors]
        return _say_mistakes(console, refused)
    console.print(f"[green]✓[/green] {done['id']} is set up (version {done['version']})")
    return FINE


def _say_mistakes(console: Console, mistakes: Iterable[Mistake]) -> int:
    table = Table(
        "File", "Field", "What to write", title="Nothing was changed by these files", title_justify="left"
    )
    for one in mistakes:
        table.add_row(*map(escape, (one.file, one.field, one.what)))
    console.print(table)
    return WRONG


def _say(console: Console, problem: ApiProblem) -> int:
    console.print(f"[red]✗[/red] {escape(str(problem))}")
    return WRONG
