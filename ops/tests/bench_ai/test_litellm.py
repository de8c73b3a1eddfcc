"""LiteLLM is measured beside and is part of nothing."""

import json
import re
from pathlib import Path

import pytest

from ops.bench_ai import litellm

ROOT = Path(__file__).parents[3]


def test_every_package_of_its_lock_has_hashes_and_no_registry_is_named():
    lock = (ROOT / "requirements-bench.lock").read_text()
    packages = re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)
    assert "litellm" in packages
    assert len(re.findall(r"^[a-z0-9._-]+==[^\n]* \\\n    --hash=sha256:", lock, re.MULTILINE)) == len(
        packages
    )
    assert "://" not in lock
    assert "index-url" not in lock


def test_the_product_does_not_know_it():
    for lock in ("requirements.lock", "requirements.dev.lock"):
        assert "litellm" not in (ROOT / lock).read_text()


def test_it_is_told_to_ask_the_vendor_once_and_nobody_else(tmp_path):
    *command, port = litellm.command(tmp_path / "venv", tmp_path, 4000, "http://127.0.0.1:1/v1")
    told = json.loads((tmp_path / "litellm.yaml").read_text())
    assert told["model_list"][0]["litellm_params"]["api_base"] == "http://127.0.0.1:1/v1"
    assert told["litellm_settings"]["num_retries"] == 0
    assert command[command.index("--num_workers") + 1] == "1"
    assert command[command.index("--telemetry") + 1] == "False"
    assert port == "4000"


async def test_where_it_cannot_be_installed_the_reason_is_told(tmp_path, monkeypatch):
    (tmp_path / "deploy" / "tenants").mkdir(parents=True)
    (tmp_path / "requirements-bench.lock").write_text("no-such-thing @ file:///nowhere\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BELLHOP_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(litellm.NotInstalled, match=r"."):
        await litellm.installed()
