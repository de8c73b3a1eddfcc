"""The running stack: every process with what it depends on, and the businesses it knows."""

import asyncio
from collections.abc import Iterator

from ops.api import Api, ApiProblem
from ops.examination.finding import Finding
from ops.places import data_dir
from ops.status import Health, examine
from ops.up.running_stack import RunningStack


def examine_stack(stack: RunningStack | None) -> Iterator[Finding]:
    """Nothing is wrong when nothing runs."""
    if stack is None:
        yield Finding("Running stack", well=True, words="none; `make run` starts one")
        return
    healths = asyncio.run(examine(stack))
    yield from map(_process, healths)
    if any(one.name == "gateway" and one.ready for one in healths):
        yield _known_businesses()


def _process(health: Health) -> Finding:
    words = "; ".join(health.wrong) or ("well" if health.ready else "not ready")
    log = data_dir() / "logs" / f"{health.name}.jsonl"
    step = f"look at {log}; what died is started again by itself"
    return Finding(health.name, health.well, words, step)


def _known_businesses() -> Finding:
    try:
        known = Api.of_running_stack().request("GET", "/api/v1/tenants")["items"]
    except ApiProblem as problem:
        step = "set BELLHOP_ADMIN_EMAIL and BELLHOP_ADMIN_PASSWORD to the administrator's"
        return Finding("Businesses loaded", well=False, words=str(problem), next_step=step)
    names = ", ".join(one["id"] for one in known)
    step = "bellhop tenants apply deploy/tenants/*.yaml"
    return Finding("Businesses loaded", bool(known), names or "none", step)
