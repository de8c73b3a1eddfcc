"""The demo secrets and logins of the example businesses: public, hence refused in production."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.domain.tenant_file import Mistake, TenantFile

_EXAMPLES: Final = ("lyo", "sdb", "lily", "feelori", "academy")
_ENDINGS: Final = (
    "whatsapp-secret", "verify", "whatsapp-token", "telegram-secret", "telegram-token", "demo",
)  # fmt: skip


def demo_values(file: TenantFile) -> tuple[Mistake, ...]:
    """Every demo value in a tenant's file; production accepts none."""
    names = "|".join(map(re.escape, {*_EXAMPLES, file.id}))
    demo = re.compile(rf"(\d+:)?({names})-({'|'.join(_ENDINGS)})")
    found = [field for field, text in _secrets(file) if demo.fullmatch(text)]
    found += [
        f"users[{n}].email"
        for n, user in enumerate(file.users or ())
        if re.fullmatch(rf"\w+@({names}|bellhop)\.local", user.email)
    ]
    return tuple(Mistake(field, "is a demo value, refused in production; write your own") for field in found)


def _secrets(file: TenantFile) -> Iterator[tuple[str, str]]:
    if whatsapp := file.channels.whatsapp:
        yield "channels.whatsapp.access_token", whatsapp.access_token
        yield "channels.whatsapp.app_secret", whatsapp.app_secret
        yield "channels.whatsapp.verify_token", whatsapp.verify_token
    if telegram := file.channels.telegram:
        yield "channels.telegram.bot_token", telegram.bot_token
        yield "channels.telegram.secret_token", telegram.secret_token
    for n, user in enumerate(file.users or ()):
        yield f"users[{n}].password", user.password
