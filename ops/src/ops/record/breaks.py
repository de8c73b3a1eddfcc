"""Which recorded events the models of a checkout cannot read, and whom that hits."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chassis.record import Recorded
from contracts.catalogue import UnknownEventType, row_of
from ops.record import trial
from ops.record.lines import one_line

READERS: Final = ("the record's readers",)
"""Whom it hits when no service takes a type: replay, timelines, whoever reads the record."""

LOST: Final = "The field is gone: what it says is lost"

_PATIENCE_SECONDS: Final = 600


class BrokenCode(Exception):
    """The models cannot be loaded at all; the message says where and why."""


@dataclass(frozen=True)
class Break:
    """What one field of one type breaks: `count` events of the sample, the first of them as the example."""

    type: str
    field: str
    problem: str
    consumers: tuple[str, ...]
    count: int
    event_id: str
    offset: int


def breaks_in(sample: Sequence[Recorded], code: Path | None) -> list[Break]:
    """Tries the sample on the models of `code`, else on those that run here. Raises BrokenCode.

    A reader ignores fields it does not know. So a field that is gone from `code` is no error of its models:
    it shows by what the models here still understand.
    """
    answers = _tried(sample, code)
    if code is not None:
        for there, here in zip(answers, _tried(sample, None), strict=True):
            lost = set(there["ignored"]) - set(here["ignored"]) if not here["problems"] else ()
            there["problems"] += [[field, LOST] for field in sorted(lost)]
    return gathered(zip(sample, answers, strict=True))


def gathered(answers: Iterable[tuple[Recorded, dict[str, Any]]]) -> list[Break]:
    """One row for each type, field and problem, in the order in which they first came."""
    found: dict[tuple[str, str, str], Break] = {}
    for one, answer in answers:
        for field, problem in answer["problems"]:
            key = one.type, field, problem
            count = found[key].count + 1 if key in found else 1
            first = found.get(key) or Break(*key, _hit(one, answer["consumers"]), 0, one.event_id, one.offset)
            found[key] = Break(*key, first.consumers, count, first.event_id, first.offset)
    return list(found.values())


def _hit(one: Recorded, told: list[str] | None) -> tuple[str, ...]:
    if told is not None:
        return tuple(told) or READERS
    try:  # that checkout does not know the type: who takes it here would get it no longer
        return row_of(one.type).consumers or READERS
    except UnknownEventType:
        return READERS


def _tried(sample: Sequence[Recorded], code: Path | None) -> list[dict[str, Any]]:
    # NOTE: without -P the folder of this module would come before the standard library on the path.
    command = [sys.executable, "-P", trial.__file__]
    lines = b"".join(one_line(one.body) + b"\n" for one in sample)
    done = subprocess.run(  # noqa: S603 (our own program)
        command, input=lines, capture_output=True, env=_environment(code), timeout=_PATIENCE_SECONDS,
        check=False,
    )  # fmt: skip
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise BrokenCode(f"the models of {code or 'this installation'} cannot be loaded: {why[-1]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _environment(code: Path | None) -> dict[str, str]:
    if code is None:
        return dict(os.environ)
    folders = sorted((*code.glob("libs/*/src"), *code.glob("services/*/src")))
    if not (code / "libs" / "contracts" / "src" / "contracts").is_dir():
        raise BrokenCode(f"{code} is no checkout of Bellhop: it has no libs/contracts/src/contracts")
    return os.environ | {"PYTHONPATH": os.pathsep.join(str(one.absolute()) for one in folders)}
