"""What a process that decided says when it ends."""

from typing import Final

_HUNG: Final = "Timeout ("  # how faulthandler begins


def hung_in(words: str) -> str | None:
    """Where a decision hung, in the last words of its process; None where that was not its end."""
    if _HUNG not in words:
        return None
    places = (line.strip() for line in words.splitlines() if line.strip().startswith("File "))
    return next(places, "File unknown").removeprefix("File ")
