"""Who asks, and what that allows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """Somebody who has logged in: an administrator, or people of some businesses."""

    email: str
    admin: bool = False
    tenants: frozenset[str] = frozenset()

    def sees(self, tenant: str) -> bool:
        """May this person read what belongs to the tenant?"""
        return self.admin or tenant in self.tenants
