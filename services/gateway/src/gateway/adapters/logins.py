"""Who may log in: the administrator from the settings, and the people of each business from its file."""

import asyncio
from collections.abc import Sequence
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.storage import Collection, CollectionSpec, Conflict, Document, Store
from gateway.domain.access import Principal
from gateway.domain.tenant_file import User

LOGINS: Final = CollectionSpec("logins", indexes=(("email",),), across=True)
_AT_ONCE: Final = 4  # each check takes 64 MB for a moment


class Logins:
    """Checks and keeps passwords as argon2id hashes. Reads and writes raise StoreUnavailable."""

    def __init__(
        self, store: Store, admin_email: str, admin_password: str, hasher: PasswordHasher | None = None
    ) -> None:
        self._logins: Collection = store.collection(LOGINS)
        self._hasher = hasher or PasswordHasher()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._admin_email = admin_email.strip().lower()
        self._admin_hash = self._hasher.hash(admin_password)

    async def check(self, email: str, password: str) -> Principal | None:
        """Who this is; None for a wrong password as for an unknown address, at the same effort."""
        email = email.strip().lower()
        if email == self._admin_email:
            fits = await self._fits(self._admin_hash, password)
            return Principal(email, admin=True) if fits else None
        # The same address may stand in the files of several businesses, each with its own password.
        found = await self._logins.find_all_tenants({"email": email})
        if not found:
            await self._fits(self._admin_hash, password)
            return None
        fitting = [one.tenant for one in found if await self._fits(str(one.body["hash"]), password)]
        return Principal(email, tenants=frozenset(fitting)) if fitting else None

    async def replace(self, tenant: str, users: Sequence[User]) -> None:
        """Makes these the only people of the business who may log in."""
        stored = {one.key: one for one in await self._logins.find(tenant, limit=1000)}
        for user in users:
            known = stored.pop(user.email, None)
            if known and await self._fits(str(known.body["hash"]), user.password):
                continue
            hashed = await asyncio.to_thread(self._hasher.hash, user.password)
            body: Document = {"email": user.email, "hash": hashed}
            try:
                await self._logins.save(tenant, user.email, body, expected=known.version if known else 0)
            except Conflict:
                continue  # another replica applies the same file at this moment
        for email in stored:
            await self._logins.delete(tenant, email)

    async def _fits(self, hashed: str, password: str) -> bool:
        """In a thread: argon2 is slow on purpose and would hold up every other request."""
        try:
            async with self._places:
                return await asyncio.to_thread(self._hasher.verify, hashed, password)
        except (VerificationError, InvalidHashError):
            return False
