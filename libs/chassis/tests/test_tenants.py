"""A service's own copy of every tenant's configuration."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.storage import Store, open_store
from chassis.tenants import TenantProjection, TenantUnknown
from contracts.envelope import Event
from contracts.events import first
from contracts.tenants import TenantConfigured


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}", "service")
    await store.open()
    yield store
    await store.close()


def configured(version: int) -> Event[TenantConfigured]:
    config: dict[str, Any] = {"id": "lyo", "name": f"Lyo {version}", "timezone": "Europe/Rome"}
    data = TenantConfigured.model_validate({"version": version, "config": config | {"languages": ["it"]}})
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return first(data, event_id=uuid4(), source="gateway", tenant="lyo", partition="lyo", time=now)


async def test_the_newest_version_counts_in_whatever_order_they_come(store: Store) -> None:
    tenants = TenantProjection(store)
    for version in (1, 3, 2):
        await tenants.on_tenant_configured(configured(version))
        current = await tenants.current("lyo")
        assert current.config.name == f"Lyo {current.version}"
        assert await tenants.get("lyo") == current.config
    assert current.version == 3


async def test_a_tenant_that_was_never_heard_of_is_waited_for(store: Store) -> None:
    with pytest.raises(TenantUnknown, match="not known here"):
        await TenantProjection(store).current("nobody")
