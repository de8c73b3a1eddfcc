"""Who asks, and what that allows."""

import re
from dataclasses import dataclass
from typing import Final

_TENANT_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True)
class Principal:
    """Somebody who has logged in: an administrator, or people of some businesses."""

    email: str
    admin: bool = False
    tenants: frozenset[str] = frozenset()

    def sees(self, tenant: str) -> bool:
        """May this person read what belongs to the tenant?"""
        return is_tenant_id(tenant) and (self.admin or tenant in self.tenants)


def is_tenant_id(text: str) -> bool:
    """Could this be a tenant's id? What could not is never looked up, nor put into an address."""
    return _TENANT_ID.fullmatch(text) is not None
