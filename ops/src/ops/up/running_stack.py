"""The note a running stack leaves, so that other commands find it."""

import os
from datetime import datetime
from pathlib import Path

import psutil
from pydantic import BaseModel, Field, ValidationError


class Running(BaseModel):
    """A process by its pid and its start time: a pid alone may belong to another by now."""

    pid: int
    created: float
    url: str | None = None

    @classmethod
    def of(cls, pid: int, url: str | None = None) -> "Running":
        """The process that has this pid now."""
        try:
            created = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            created = 0.0
        return cls(pid=pid, created=created, url=url)

    def lives(self) -> bool:
        """Whether that very process still runs."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.created) < 0.01
        except psutil.Error:
            return False


class RunningStack(BaseModel):
    """What `bellhop up` runs and where it answers. The URLs hold passwords: for this user alone.

    `services` are the addresses that all replicas of a service share. `processes` are the replicas,
    each with the address where it alone answers: conversation, conversation.2, conversation.3 …
    """

    started: datetime
    supervisor: Running
    gateway_url: str
    sandbox_url: str | None = None
    rabbitmq_url: str
    redis_url: str
    management_url: str | None = None
    store_url: str
    services: dict[str, str] = Field(default_factory=dict)
    processes: dict[str, Running] = Field(default_factory=dict)

    def write(self, data_dir: Path) -> None:
        """Leaves the note, in one step."""
        draft = _note(data_dir).with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.model_dump_json(indent=2))
        draft.replace(_note(data_dir))


def find_running(data_dir: Path) -> RunningStack | None:
    """The stack that runs on this data folder. A note that a dead one left is no stack."""
    try:
        stack = RunningStack.model_validate_json(_note(data_dir).read_text())
    except (OSError, ValidationError):
        return None
    return stack if stack.supervisor.lives() else None


def forget(data_dir: Path) -> None:
    """Takes the note away."""
    _note(data_dir).unlink(missing_ok=True)


def _note(data_dir: Path) -> Path:
    return data_dir / "run.json"
