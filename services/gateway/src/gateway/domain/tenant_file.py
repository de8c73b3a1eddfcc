"""The file of one tenant: its whole configuration, and who may log in for it.

Logins never leave the gateway; all else is published. Mistakes are told by field, in plain words.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import Field, StringConstraints, ValidationError

from contracts.model import Data
from contracts.tenants import TenantConfig

Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", to_lower=True, strip_whitespace=True, max_length=254)
]


class User(Data):
    """Somebody of the business who may log in."""

    email: Email
    password: Annotated[str, Field(min_length=8, max_length=256, repr=False)]


class TenantFile(TenantConfig):
    """All of one business as it is written down, secrets in the clear. `users` left out: as before."""

    users: tuple[User, ...] | None = None

    def config(self) -> TenantConfig:
        """What is published of it, once its secrets are sealed."""
        return TenantConfig.model_validate(self.model_dump(exclude={"users"}))


@dataclass(frozen=True)
class Mistake:
    """Something to correct: which field, and what to write."""

    field: str
    what: str


class TenantFileMistaken(ValueError):
    """A tenant file cannot be used. `source` is the file, or empty when it came as a request."""

    def __init__(self, source: str, mistakes: tuple[Mistake, ...]) -> None:
        lines = (f"{source or 'tenant'}: {one.field}: {one.what}" for one in mistakes)
        super().__init__("\n".join(lines))
        self.mistakes = mistakes


_KEY: Final = "[key]"
"""What pydantic puts after a name that is itself the mistake."""

_HINTS: Final = {
    "missing": "is missing; this field is needed",
    "string_type": "must be text; put it in quotes",
    "greater_than": "must be greater than {gt}",
    "decimal_parsing": "must be a number",
    "int_parsing": "must be a whole number",
    "time_parsing": "write hours like 09:00-12:30, with two digits each",
    "date_from_datetime_parsing": "write days like 2026-12-25",
    "tuple_type": "must be a list; begin each line with a dash",
    "list_type": "must be a list; begin each line with a dash",
    "too_short": "is too short or empty; it needs {min_length} at least",
    "model_type": "must be fields with values, indented below it",
    "model_attributes_type": "must be fields with values, indented below it",
}
"""By pydantic's type of error; for all others its own words are plain enough."""


def read_tenant_file(content: Any, source: str = "") -> TenantFile:
    """The tenant in a parsed YAML or JSON file. Raises TenantFileMistaken."""
    if mistakes := mistakes_in(TenantFile, content):
        raise TenantFileMistaken(source, mistakes)
    return TenantFile.model_validate(content)


def mistakes_in(shape: type[Data], content: Any) -> tuple[Mistake, ...]:
    """All that keeps parsed YAML or JSON from being a `shape`, misspelt fields included."""
    mistakes = tuple(_unknown_fields(shape, content, ""))
    try:
        shape.model_validate(content)
    except ValidationError as error:
        return (*mistakes, *_in_words(error))
    return mistakes


def _in_words(error: ValidationError) -> Iterator[Mistake]:
    for one in error.errors(include_input=False, include_url=False):
        what = _HINTS.get(one["type"], "").format_map(one.get("ctx", {}))
        yield Mistake(_path(one["loc"]), what or one["msg"].removeprefix("Value error, "))


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in (one for one in location if one != _KEY):
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or "the file"


def _unknown_fields(shape: Any, content: Any, path: str) -> Iterator[Mistake]:
    """A tolerant reader would pass over a misspelt field in silence; whoever wrote it wants to know."""
    if isinstance(shape, type) and issubclass(shape, Data):
        for name, value in content.items() if isinstance(content, dict) else ():
            here = f"{path}.{name}".lstrip(".")
            if field := shape.model_fields.get(name):
                yield from _unknown_fields(field.annotation, value, here)
            else:
                yield Mistake(here, _did_you_mean(str(name), list(shape.model_fields)))
    elif get_origin(shape) is dict and isinstance(content, dict):
        for name, value in content.items():
            yield from _unknown_fields(get_args(shape)[1], value, f"{path}.{name}")
    elif get_origin(shape) is tuple and isinstance(content, list):
        for n, item in enumerate(content):
            yield from _unknown_fields(get_args(shape)[0], item, f"{path}[{n}]")
    else:
        for inner in get_args(shape):
            yield from _unknown_fields(inner, content, path)


def _did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"is unknown; did you mean {close[0]}?" if close else f"is unknown; known are {', '.join(known)}"
