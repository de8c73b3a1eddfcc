"""What a check says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's table. `next_step` says what to do where it is not well."""

    organ: str
    well: bool
    words: str
    next_step: str = ""
