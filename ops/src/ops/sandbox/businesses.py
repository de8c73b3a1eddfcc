"""The businesses whose phones can be rung: those with a file in the tenants' folder."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from chassis.observability.logging import get_logger
from contracts.tenants import TenantConfig

_log = get_logger(__name__)


def load_businesses(folder: Path) -> dict[str, TenantConfig]:
    """All businesses by id, in the order of their WhatsApp numbers; a newcomer meets the first.

    A file that is no business is skipped and said; the gateway explains it.
    """
    found: dict[str, TenantConfig] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            business = TenantConfig.model_validate(yaml.safe_load(path.read_text()))
        except (ValidationError, yaml.YAMLError) as problem:
            _log.warning("not a business", file=path.name, problem=str(problem).splitlines()[0])
            continue
        found[business.id] = business
    return dict(sorted(found.items(), key=lambda item: _number(item[1])))


def _number(business: TenantConfig) -> str:
    account = business.channels.whatsapp
    return account.phone_number_id if account else "~"  # after all digits
