"""Settings, secrets and the businesses' files."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from chassis.settings import DEMO_SEALING_KEY, explain
from gateway.settings import GatewaySettings
from ops.examination.finding import Finding
from ops.tenants import read


def examine_settings(tenants_dir: Path) -> Iterator[Finding]:
    """All that is written by people."""
    yield _settings()
    yield from _businesses(tenants_dir)


def _settings() -> Finding:
    """The gateway's settings hold those of every service and the logins; they refuse demo secrets."""
    try:
        settings = GatewaySettings()
    except ValidationError as problem:
        step = "set what is named here; .env.example describes every setting"
        return Finding("Settings", well=False, words=explain(problem), next_step=step)
    demo = settings.sealing_key.get_secret_value() == DEMO_SEALING_KEY
    words = f"{settings.env}, " + (
        "with demo secrets (fine here, refused in production)" if demo else "own secrets"
    )
    return Finding("Settings", well=True, words=words)


def _businesses(folder: Path) -> Iterator[Finding]:
    files = sorted(folder.glob("*.yaml"))
    if not files:
        step = "put a YAML file per business there, or set BELLHOP_TENANTS_DIR"
        yield Finding("Businesses", well=False, words=f"no file in {folder}", next_step=step)
        return
    found = {path: read(path) for path in files}
    for path, content in found.items():
        for one in content if isinstance(content, list) else ():
            yield Finding("Businesses", False, f"{path.name}: {one.field}", one.what)
    good = [path.stem for path, content in found.items() if isinstance(content, dict)]
    yield Finding(
        "Businesses", bool(good), f"{len(good)} in {folder}: {', '.join(good)}", "correct their files"
    )
