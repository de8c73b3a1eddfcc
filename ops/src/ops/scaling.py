"""`bellhop scale` and `bellhop restart`: orders to the running stack, and what became of them."""

import time
from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.markup import escape

from ops.places import data_dir
from ops.status import NOTHING_RUNS, status
from ops.up.control import ControlFailed, Progress, Told
from ops.up.control import restart as order_restart
from ops.up.control import scale as order_scale
from ops.up.replicas import Unfit, parse, services
from ops.up.running_stack import find_running

DONE, NOT_DONE, NOT_UNDERSTOOD = 0, 1, 2

_WAITS: Final = "Another change is under way; this one comes right after it …"
_COLOURS = {"ready": "green", "stopped": "green", "killed": "yellow"}


def scale(written: list[str]) -> int:
    """Prints what becomes of each replica, then all of them. Returns the exit code."""
    try:
        wanted = parse(written)
    except Unfit as problem:
        return _refused(problem)
    if not wanted:
        return status()
    return _carried_out(lambda told: order_scale(data_dir(), wanted, told))


def restart(service: str) -> int:
    """The same for replicas that are replaced."""
    try:
        services(service)
    except Unfit as problem:
        return _refused(problem)
    return _carried_out(lambda told: order_restart(data_dir(), service, told))


def _carried_out(order: Callable[[Told], object]) -> int:
    if find_running(data_dir()) is None:
        status()
        return NOTHING_RUNS
    try:
        order(_Shown())
    except ControlFailed as problem:
        Console(stderr=True).print(f"[red]Not done:[/red] {escape(str(problem))}")
        return NOT_DONE
    status()  # to look at: somebody else's change may be under way by now, and this one is done
    return DONE


def _refused(problem: Unfit) -> int:
    Console(stderr=True).print(f"[red]Not done:[/red] {escape(str(problem))}")
    return NOT_UNDERSTOOD


class _Shown:
    """Prints progress, with the time that each step took; that it waits is said once."""

    def __init__(self) -> None:
        self._console = Console()
        self._waits = False
        self._begun: dict[str, float] = {}

    def __call__(self, progress: Progress) -> None:
        now, name, step = time.monotonic(), progress.replica, progress.step
        if step == "waiting":
            if not self._waits:
                self._console.print(_WAITS)
            self._waits = True
            return
        if step in ("starting", "stopping"):
            self._begun[name] = now
            self._console.print(f"{name} {step} …")
            return
        seconds = now - self._begun.get(name, now)
        self._console.print(f"[{_COLOURS[step]}]{name} {step}[/] ({seconds:.1f} s)")
