"""Authenticated encryption of tenants' secrets, so that no event and no store holds one in the clear."""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from chassis.errors import PermanentError
from contracts.model import Secret

M = TypeVar("M", bound=BaseModel)

_PREFIX: Final = "sealed:v1:"


class SealedBox:
    """AES-256-GCM with a key derived from the installation's sealing key.

    The context, a tenant's id, is bound in: a secret sealed for one tenant does not open for another.
    """

    def __init__(self, key: str) -> None:
        self._cipher = AESGCM(hashlib.sha256(key.encode()).digest())

    def seal(self, text: str, context: str) -> str:
        """The sealed form of `text`. What is sealed already stays as it is."""
        if text.startswith(_PREFIX):
            return text
        nonce = os.urandom(12)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), context.encode())
        return _PREFIX + urlsafe_b64encode(sealed).decode()

    def open(self, text: str, context: str) -> str:
        """What was sealed. Raises PermanentError if it was sealed otherwise or tampered with."""
        if not text.startswith(_PREFIX):
            raise PermanentError("a secret is not sealed; apply the tenant again")
        raw = urlsafe_b64decode(text.removeprefix(_PREFIX))
        try:
            return self._cipher.decrypt(raw[:12], raw[12:], context.encode()).decode()
        except InvalidTag:
            raise PermanentError(
                "a sealed secret does not open: was BELLHOP_SEALING_KEY changed? Apply the tenant again"
            ) from None


def seal_secrets(model: M, box: SealedBox, tenant: str) -> M:
    """The same model with every secret field sealed."""
    return _with_secrets(model, lambda text: box.seal(text, tenant))


def open_secrets(model: M, box: SealedBox, tenant: str) -> M:
    """The same model with every secret field in the clear. Keep it short-lived; never log it."""
    return _with_secrets(model, lambda text: box.open(text, tenant))


def _with_secrets(model: M, change: Callable[[str], str]) -> M:
    changed: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            changed[name] = _with_secrets(value, change)
        elif isinstance(value, str) and any(isinstance(mark, Secret) for mark in field.metadata):
            changed[name] = change(value)
    return model.model_copy(update=changed) if changed else model
