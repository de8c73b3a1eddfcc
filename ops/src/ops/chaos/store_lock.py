"""The store is gone: another process holds the write lock of every service's database."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

QUEUE: Final = 10.0
"""Seconds to wait for the lock oneself."""


async def hold_stores(folder: Path, seconds: float) -> int:
    """Lets nobody write for so many seconds; gives the number of databases."""
    files = await asyncio.to_thread(lambda: sorted(folder.glob("*.db")))
    await asyncio.gather(*(asyncio.to_thread(_hold, file, seconds) for file in files))
    return len(files)


def _hold(file: Path, seconds: float) -> None:
    with closing(sqlite3.connect(file, timeout=QUEUE, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        database.execute("ROLLBACK")
