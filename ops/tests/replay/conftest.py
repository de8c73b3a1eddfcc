"""An example business in three languages, and conversations with it."""

from pathlib import Path

import pytest

from contracts.tenants import TenantConfig
from gateway.domain.tenant_file import read_tenant_file
from ops.replay.history import History
from ops.replay.rehearsal import rehearsed
from ops.tenants import read

LYO = Path(__file__).parents[3] / "deploy" / "tenants" / "lyo.yaml"


@pytest.fixture(scope="session")
def lyo() -> TenantConfig:
    return read_tenant_file(read(LYO)).config().model_copy(update={"languages": ("it", "en", "fr")})


@pytest.fixture(scope="session")
def corpus(lyo: TenantConfig) -> list[History]:
    """A hundred conversations."""
    return [rehearsed(lyo, seed, messages=6) for seed in range(100)]
