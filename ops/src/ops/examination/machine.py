"""This machine: Python, clock, ports, disk."""

import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

from ops.examination.finding import Finding
from ops.up.ports import is_free
from ops.up.running_stack import RunningStack

NEEDED_DISK = 500_000_000
"""Bytes; RabbitMQ stops taking messages when the disk is nearly full."""

ALLOWED_AHEAD = 60.0
"""Seconds that a file may seem to come from the future."""


def examine_machine(data_dir: Path, port: int, running: RunningStack | None) -> Iterator[Finding]:
    """All about the machine itself."""
    yield _python()
    yield _clock(data_dir, time.time())
    yield _zones()
    yield _port(port, running)
    yield _disk(data_dir)


def _python() -> Finding:
    well = (3, 11) <= sys.version_info[:2] < (3, 14)
    step = "install Python 3.11, 3.12 or 3.13, then `make run` again"
    return Finding("Python", well, platform.python_version(), step)


def _clock(data_dir: Path, now: float) -> Finding:
    """A clock that was set back makes logins and reminders go wrong."""
    newest = max((one.stat().st_mtime for one in data_dir.glob("*")), default=0.0)
    shown = time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(now))
    if newest > now + ALLOWED_AHEAD:
        ago = f"{shown}, but {data_dir} was written {newest - now:.0f} s in the future"
        return Finding("Clock", well=False, words=ago, next_step="set the clock of this machine (NTP)")
    return Finding("Clock", well=True, words=shown)


def _zones() -> Finding:
    well = "Europe/Rome" in available_timezones()
    words = "known" if well else "this machine knows no time zones"
    return Finding("Time zones", well, words, "install the package tzdata")


def _port(port: int, running: RunningStack | None) -> Finding:
    if running:
        return Finding("Gateway port", well=True, words=f"Bellhop itself listens at {running.gateway_url}")
    if is_free(port):
        return Finding("Gateway port", well=True, words=f"{port} is free")
    step = f"stop what listens there, or: make run PORT={port + 1}"
    return Finding("Gateway port", well=False, words=f"{port} is taken", next_step=step)


def _disk(data_dir: Path) -> Finding:
    folder = next(one for one in (data_dir, *data_dir.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as problem:
        step = f"make {folder} writable, or set BELLHOP_DATA_DIR to a folder that is"
        return Finding("Data folder", well=False, words=f"{folder}: {problem.strerror}", next_step=step)
    words = f"{data_dir} is writable, {free / 1e9:.1f} GB free"
    return Finding("Data folder", free > NEEDED_DISK, words, "make room on this disk")
