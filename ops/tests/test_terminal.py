import os
import time

from ops.up.terminal import Terminal


def test_lines_arrive_in_order() -> None:
    reader, writer = os.pipe()
    terminal = Terminal(writer)
    for number in range(3):
        terminal.line(str(number))
    terminal.close()
    assert os.read(reader, 100) == b"0\n1\n2\n"


def test_a_reader_that_stops_reading_blocks_nobody_and_is_told_what_it_missed() -> None:
    reader, writer = os.pipe()
    terminal = Terminal(writer)
    begun = time.monotonic()
    for _ in range(20_000):
        terminal.line("x" * 100)
    assert time.monotonic() - begun < 2
    os.set_blocking(reader, False)
    seen = b""
    deadline = time.monotonic() + 5
    while b"lines skipped" not in seen and time.monotonic() < deadline:
        try:
            seen += os.read(reader, 1 << 20)
        except BlockingIOError:
            terminal.line("again")
            time.sleep(0.01)
    assert b"lines skipped" in seen


def test_a_reader_that_has_gone_is_no_error() -> None:
    reader, writer = os.pipe()
    terminal = Terminal(writer)
    os.close(reader)
    terminal.line("nobody")
    terminal.close()
