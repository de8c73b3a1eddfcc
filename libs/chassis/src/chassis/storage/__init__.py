"""Storage of versioned documents: the port, and the choice of its adapter by URL."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from chassis.storage.collection_spec import CollectionSpec, UndeclaredIndex
from chassis.storage.document import JSON, Document, UnstorableDocument, instant
from chassis.storage.port import (
    AlreadyExists,
    Collection,
    Conflict,
    Store,
    StoreUnavailable,
    Versioned,
    WriteRefused,
)
from chassis.storage.query import Range, Value

__all__ = [
    "JSON",
    "AlreadyExists",
    "Collection",
    "CollectionSpec",
    "Conflict",
    "Document",
    "Range",
    "Store",
    "StoreUnavailable",
    "UndeclaredIndex",
    "UnstorableDocument",
    "Value",
    "Versioned",
    "WriteRefused",
    "instant",
    "open_store",
]


def open_store(url: str, database: str) -> Store:
    """The store for one service, not yet opened: `await store.open()`.

    `sqlite:///var/lib/bellhop` means the file /var/lib/bellhop/<database>.db;
    `mongodb://…` means the database bellhop_<database> there. Raises ValueError for anything else.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", database):
        raise ValueError(f"{database!r}: a database is called after its service, like 'scheduler'")
    parts = urlsplit(url)
    # Imported here, so that a process pays for one driver only (motor alone takes about 0.4 s).
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        from chassis.storage.sqlite import SqliteStore  # noqa: PLC0415

        return SqliteStore(Path(unquote(parts.path)) / f"{database}.db")
    if parts.scheme in ("mongodb", "mongodb+srv"):
        from chassis.storage.mongodb import MongoStore  # noqa: PLC0415

        return MongoStore(url, f"bellhop_{database}")
    raise ValueError(
        f"the store URL with scheme {parts.scheme!r} is not understood; write sqlite:///absolute/folder"
        " for files on this machine or mongodb://host:27017 for a MongoDB server"
    )
