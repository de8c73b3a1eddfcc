"""LiteLLM's proxy: from a lock of its own in a venv of its own, set up for speed as it recommends."""

import asyncio
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ops.bench_ai.question import KEY, MODEL
from ops.places import data_dir, workspace

_INSTALLS_WITHIN: Final = 900.0  # seconds; about 250 MB come over the network

ENVIRONMENT: Final[Mapping[str, str]] = {
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # the prices it was shipped with: nothing is fetched
    "LITELLM_MASTER_KEY": KEY,
    "DISABLE_ADMIN_UI": "True",
}


class NotInstalled(Exception):
    """LiteLLM is not to be had here; the message says why."""


async def installed() -> Path:
    """Its venv, made on the first call and after each change of the lock. Raises NotInstalled."""
    lock = workspace() / "requirements-bench.lock"
    mark = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    venv = data_dir() / "bench-ai" / f"litellm-{mark}"
    if not (venv / "complete").exists():
        await asyncio.to_thread(_install, venv, lock)
    return venv


def _install(venv: Path, lock: Path) -> None:
    shutil.rmtree(venv.parent, ignore_errors=True)
    python = ["--python", str(venv / "bin" / "python")]
    uv = str(Path(sys.executable).parent / "uv")
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, str(venv)],
        [uv, "pip", "install", "--quiet", "--compile-bytecode", *python, "--require-hashes", "-r", str(lock)],
    ):
        _run(command)
    (venv / "complete").touch()


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_INSTALLS_WITHIN)  # noqa: S603
    except subprocess.CalledProcessError as error:
        raise NotInstalled(error.stderr.strip().splitlines()[-1] if error.stderr else str(error)) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from None


def version(venv: Path) -> str:
    """What is installed there."""
    (found,) = venv.glob("lib/python*/site-packages/litellm-[0-9]*.dist-info")
    return found.name.removeprefix("litellm-").removesuffix(".dist-info")


def command(venv: Path, folder: Path, port: int, vendor_url: str) -> list[str]:
    """Starts the proxy: one worker, no database, no telemetry, no callbacks, no retries."""
    route = {"model": f"openai/{MODEL}", "api_base": vendor_url, "api_key": KEY}
    config = {
        "model_list": [{"model_name": MODEL, "litellm_params": route}],
        "litellm_settings": {"callbacks": [], "num_retries": 0, "request_timeout": 30, "set_verbose": False},
    }
    file = folder / "litellm.yaml"
    file.write_text(json.dumps(config))  # JSON is YAML
    options = ["--num_workers", "1", "--telemetry", "False", "--host", "127.0.0.1", "--port", str(port)]
    return [str(venv / "bin" / "litellm"), "--config", str(file), *options]
