"""Standard output that nobody waits for."""

import os
import queue
import threading
import time

CAPACITY = 5_000
_GATHERED_SECONDS = 0.02
"""How long a line may wait for others: written together they cost a fraction."""


class Terminal:
    """Writes lines from a thread of its own.

    Whoever reads our output may stop reading (a paused terminal, a full pipe). The services must
    not stop with it: then lines are skipped, and how many is said once there is room again.
    """

    def __init__(self, descriptor: int = 1) -> None:
        self._descriptor = descriptor
        self._lines: queue.Queue[str | None] = queue.Queue(CAPACITY)
        self._skipped = 0
        self._thread = threading.Thread(target=self._write_all, daemon=True)
        self._thread.start()

    def line(self, text: str) -> None:
        """Shows one line (or several); never blocks."""
        try:
            self._lines.put_nowait(text)
        except queue.Full:
            self._skipped += 1

    def close(self, seconds: float = 1.0) -> None:
        """Gives what is still waiting a moment to be written."""
        try:
            self._lines.put(None, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _write_all(self) -> None:
        closed = False
        while not closed:
            lines = [self._lines.get()]
            time.sleep(_GATHERED_SECONDS)
            lines += self._waiting()
            closed = None in lines
            if not self._written("".join(f"{line}\n" for line in lines if line is not None).encode()):
                return

    def _waiting(self) -> list[str | None]:
        lines = [self._lines.get() for _ in range(self._lines.qsize())]
        if self._skipped:
            lines.append(f"… {self._skipped} lines skipped: nobody read them …")
            self._skipped = 0
        return lines

    def _written(self, rest: bytes) -> bool:
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:  # the reader is gone for good
            return False
        return True
