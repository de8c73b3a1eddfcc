import os
from datetime import UTC, datetime
from pathlib import Path

from ops.up.running_stack import Running, RunningStack, find_running, forget


def stack(supervisor: Running) -> RunningStack:
    return RunningStack(
        started=datetime.now(UTC),
        supervisor=supervisor,
        gateway_url="http://127.0.0.1:8000",
        rabbitmq_url="amqp://r",
        redis_url="redis://r",
        store_url="sqlite:///s",
    )


def test_a_running_stack_is_found_and_forgotten(tmp_path: Path) -> None:
    note = stack(Running.of(os.getpid()))
    note.write(tmp_path)
    assert find_running(tmp_path) == note
    assert (tmp_path / "run.json").stat().st_mode & 0o077 == 0
    forget(tmp_path)
    assert find_running(tmp_path) is None


def test_the_note_of_a_dead_stack_is_no_stack_even_if_its_pid_lives_again(tmp_path: Path) -> None:
    reused = Running(pid=os.getpid(), created=1.0)
    stack(reused).write(tmp_path)
    assert find_running(tmp_path) is None


def test_a_broken_note_is_no_stack(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    assert find_running(tmp_path) is None
