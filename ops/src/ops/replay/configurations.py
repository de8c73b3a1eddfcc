"""Which configurations a replay goes by."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contracts.tenants import TenantConfig
from gateway.domain.tenant_file import read_tenant_file
from ops.replay.history import History
from ops.replay.wire import Configs
from ops.tenants import read


class Misunderstood(Exception):
    """What was asked for cannot be done; the message says what to do instead."""


def config_in(path: Path) -> TenantConfig:
    """The business in a tenant file. Raises Misunderstood."""
    content = read(path)
    if isinstance(content, list):
        raise Misunderstood("\n".join(f"{one.file}: {one.field}: {one.what}" for one in content))
    return read_tenant_file(content, path.name).config()


def config_told(content: dict[str, Any]) -> dict[int, TenantConfig]:
    """The configuration of today as the public API tells it, by its version.

    Its channels come without their secrets, so they are left out: no decision looks at them.
    """
    plain = {name: value for name, value in content.items() if name != "version"}
    return {content["version"]: TenantConfig.model_validate({**plain, "channels": {}})}


def configs_of(histories: Sequence[History], config: TenantConfig | None) -> Configs:
    """Those on record, by business and version; `config` replaces them. Raises Misunderstood."""
    tenants = {one.tenant for one in histories}
    if config and (others := tenants - {config.id}):
        raise Misunderstood(f"that file is of {config.id}; these conversations are of {', '.join(others)}")
    if not config and (unknown := {one.tenant for one in histories if not one.configs}):
        raise Misunderstood(
            f"no configuration of {', '.join(sorted(unknown))} is in the record: give one with --config FILE"
        )
    configs: Configs = {tenant: {} for tenant in tenants}
    for one in histories:
        configs[one.tenant].update(one.configs)
    return configs
