"""Standard output that nobody waits for."""

import os
import queue
import threading

CAPACITY = 5_000


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
        while (text := self._lines.get()) is not None:
            if self._skipped:
                text = f"… {self._skipped} lines skipped: nobody read them …\n{text}"
                self._skipped = 0
            if not self._written(f"{text}\n".encode()):
                return

    def _written(self, rest: bytes) -> bool:
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:  # the reader is gone for good
            return False
        return True
