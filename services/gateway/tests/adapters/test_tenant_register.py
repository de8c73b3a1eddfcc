"""Setting a tenant up: stored sealed, versioned when changed, published every time."""

from pathlib import Path
from typing import Any

import pytest

from chassis.errors import TransientError
from chassis.messaging.publisher import BrokerUnavailable
from chassis.sealing import SealedBox, open_secrets
from chassis.storage import Store, StoreUnavailable
from contracts.tenants import TenantConfig
from gateway.adapters.tenant_directory import TenantDirectory
from gateway.domain.tenant_file import TenantFile, User

BOX = SealedBox("a key of the tests")


def file(tenant: TenantConfig, **change: Any) -> TenantFile:
    return TenantFile(**(tenant.model_dump() | change))


async def test_a_new_tenant_is_version_one(house, tenant) -> None:
    config = tenant.model_copy(update={"id": "nuovo"})
    assert await house.gateway.register.configure(file(config)) == 1
    (event,) = house.broker.of("tenant.configured.v1")
    assert (event.tenantid, event.data.version) == ("nuovo", 1)
    assert open_secrets(event.data.config, BOX, "nuovo") == config


def whole(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("gateway.db*"))


async def test_no_secret_leaves_in_the_clear(house, tenant, tmp_path: Path) -> None:
    users = (User(email="boss@rosa.it", password="a password of hers"),)
    await house.gateway.register.configure(file(tenant, users=users, name="Rosa II"))
    out = house.broker.published[-1].model_dump_json()
    stored = whole(tmp_path)
    for secret in (
        "rosa app secret",
        "rosa access",
        "rosa verify",
        "rosa bot",
        "rosa_telegram",
        "a password of hers",
    ):
        assert secret not in out
        assert secret.encode() not in stored
    assert "boss@rosa.it" not in out


async def test_nothing_changed_is_the_same_version_and_the_same_event(house, tenant) -> None:
    versions = [await house.gateway.register.configure(file(tenant)) for _ in range(2)]
    assert versions == [1, 1]
    first, second = house.broker.of("tenant.configured.v1")
    assert first.model_dump() == second.model_dump()


async def test_a_change_is_a_new_version_and_a_new_event(house, tenant) -> None:
    await house.gateway.register.configure(file(tenant))
    assert await house.gateway.register.configure(file(tenant, name="Rosa II")) == 2
    first, second = house.broker.of("tenant.configured.v1")
    assert first.id != second.id
    assert second.data.config.name == "Rosa II"


async def test_a_changed_secret_is_a_change(house, tenant) -> None:
    telegram = tenant.channels.telegram.model_copy(update={"secret_token": "new"})
    channels = tenant.channels.model_copy(update={"telegram": telegram})
    assert await house.gateway.register.configure(file(tenant, channels=channels)) == 2
    assert (await house.gateway.directory.get("rosa")).channels.telegram.secret_token == "new"


async def test_saved_but_not_published_is_published_by_the_next_try(house, tenant) -> None:
    house.broker.down = True
    with pytest.raises(BrokerUnavailable):
        await house.gateway.register.configure(file(tenant, name="Rosa II"))
    house.broker.down = False
    assert await house.gateway.register.configure(file(tenant, name="Rosa II")) == 2
    assert [one.data.version for one in house.broker.of("tenant.configured.v1")] == [2]


async def test_saved_but_not_published_is_published_at_the_next_start(house, tenant) -> None:
    house.broker.down = True
    with pytest.raises(BrokerUnavailable):
        await house.gateway.register.configure(file(tenant, name="Rosa II"))
    house.broker.down = False
    await house.gateway.register.publish_all()
    said = {one.tenantid: one.data.version for one in house.broker.of("tenant.configured.v1")}
    assert said == {"rosa": 2, "nero": 1}


async def test_logins_change_without_a_new_version(house, tenant) -> None:
    users = (User(email="new@rosa.it", password="another password"),)
    assert await house.gateway.register.configure(file(tenant, users=users)) == 1
    assert await house.gateway.logins.check("new@rosa.it", "another password")
    assert await house.gateway.logins.check("boss@rosa.it", "rosa rosa rosa") is None


async def test_a_file_without_users_leaves_the_logins(house, tenant) -> None:
    await house.gateway.register.configure(file(tenant, name="Rosa II"))
    assert await house.gateway.logins.check("boss@rosa.it", "rosa rosa rosa")


async def test_after_a_change_of_the_sealing_key_applying_again_helps(house, tenant) -> None:
    other = SealedBox("another key")
    for part in (house.gateway.register, house.gateway.directory):
        part._box = other
    house.gateway.directory.forget("rosa")
    with pytest.raises(TransientError, match="applied again"):
        await house.gateway.directory.get("rosa")
    assert await house.gateway.register.configure(file(tenant)) == 2
    assert await house.gateway.directory.get("rosa") == tenant


class Away:
    """Records that cannot be read."""

    async def get(self, tenant: str) -> None:
        raise StoreUnavailable("away")


async def test_with_the_store_away_known_tenants_are_still_served(house, store: Store) -> None:
    directory = house.gateway.directory
    known = await directory.get("rosa")
    directory._records, directory._known["rosa"] = Away(), (0.0, known)
    assert await directory.get("rosa") == known
    with pytest.raises(StoreUnavailable):
        await directory.get("nero")


@pytest.mark.parametrize("strange", ["", "..", "Rosa", "a/b", "$where", "\0", "x" * 64, "rosa\n", "é"])
async def test_strange_names_are_not_even_looked_up(strange: str) -> None:
    assert await TenantDirectory(Away(), BOX).get(strange) is None  # type: ignore[arg-type]
