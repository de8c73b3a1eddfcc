"""Changing what a running `bellhop up` runs, from another process on this machine.

One request as a line of JSON over a Unix socket in the data folder; lines of progress come back until
it is done. One request is carried out after the other; who waits is told so.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, Field, ValidationError

from ops.up.replicas import Step, Unfit, checked, services
from ops.up.running_stack import RunningStack, find_running

NAME: Final = "control.sock"
PATIENCE: Final = 180.0
"""Seconds without any progress after which nobody waits longer."""

_LONGEST_ADDRESS: Final = 107 if sys.platform == "linux" else 103  # bytes, of a Unix socket


class Request(BaseModel):
    """What to do: so many replicas of services, or a service (or `all`) anew."""

    scale: dict[str, int] = Field(default_factory=dict)
    restart: str | None = None


class Progress(BaseModel):
    """What became of one replica; or that all of it is `waiting` until another change is done."""

    replica: str = ""
    step: Step | Literal["waiting"]


class Answer(BaseModel):
    """One line that comes back. The last has neither progress nor problem when all went well."""

    progress: Progress | None = None
    problem: str | None = None


class ControlFailed(Exception):
    """It was not done; the message says why and what to do."""


Told = Callable[[Progress], None]


def scale(data_dir: Path, wanted: Mapping[str, int], told: Told = lambda _: None) -> RunningStack:
    """Returns what runs, once so many replicas are ready and all others gone. Raises ControlFailed."""
    try:
        return _ask(data_dir, Request(scale=checked(wanted)), told)
    except Unfit as problem:
        raise ControlFailed(str(problem)) from None


def restart(data_dir: Path, service: str, told: Told = lambda _: None) -> RunningStack:
    """Replaces every replica of a service, or of `all`, while the others work. Raises ControlFailed."""
    try:
        services(service)
    except Unfit as problem:
        raise ControlFailed(str(problem)) from None
    return _ask(data_dir, Request(restart=service), told)


@contextmanager
def address(data_dir: Path) -> Iterator[str]:
    """The socket's address, also where its path is longer than such an address may be."""
    path = data_dir / NAME
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield str(path)
        return
    if sys.platform != "linux":
        raise ControlFailed(
            f"{path} is too long for a socket ({_LONGEST_ADDRESS} bytes): "
            "set BELLHOP_DATA_DIR to a shorter one"
        )
    folder = os.open(data_dir, os.O_PATH)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _ask(data_dir: Path, request: Request, told: Told) -> RunningStack:
    if find_running(data_dir) is None:
        raise ControlFailed(
            f"Bellhop does not run with its data in {data_dir}: start it with `make run`, or set "
            "BELLHOP_DATA_DIR to the folder of the one that runs"
        )
    try:
        _converse(data_dir, request, told)
    except TimeoutError:
        raise ControlFailed(f"nothing happened for {PATIENCE:.0f} s: look at {data_dir / 'logs'}") from None
    except OSError as problem:
        raise ControlFailed(f"Bellhop is still starting, or being stopped; try again: {problem}") from None
    if running := find_running(data_dir):
        return running
    raise ControlFailed("Bellhop stopped meanwhile: start it with `make run`")


def _converse(data_dir: Path, request: Request, told: Told) -> None:
    with socket.socket(socket.AF_UNIX) as line, address(data_dir) as where:
        line.settimeout(PATIENCE)
        line.connect(where)
        line.sendall(request.model_dump_json().encode() + b"\n")
        for said in line.makefile("rb"):
            answer = _understood(said)
            if answer.problem:
                raise ControlFailed(answer.problem)
            if answer.progress is None:
                return
            told(answer.progress)
    raise ControlFailed("Bellhop hung up before it was done: it is being stopped, or look at its logs")


def _understood(said: bytes) -> Answer:
    try:
        return Answer.model_validate_json(said)
    except ValidationError:
        raise ControlFailed("the running Bellhop is of another version: stop it and start it anew") from None
