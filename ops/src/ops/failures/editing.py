"""Editing the payload of a failure, in the editor of whoever asks or from a file."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any


class NotEdited(Exception):
    """The message says why nothing came of it, and what to do."""


def edited(payload: dict[str, Any] | str, file: Path | None) -> dict[str, Any]:
    """The event as it shall be instead: from `file` (`-`: standard input), else from $EDITOR."""
    if file:
        return _read(_text(file), "what was read" if str(file) == "-" else str(file))
    before = payload if isinstance(payload, str) else json.dumps(payload, indent=2, ensure_ascii=False)
    with NamedTemporaryFile("w", suffix=".json", prefix="bellhop-", delete=False, encoding="utf-8") as draft:
        draft.write(before)
    path = Path(draft.name)
    _open_editor(path)
    after = path.read_text(encoding="utf-8")
    if after.strip() == before.strip():
        path.unlink()
        raise NotEdited("nothing was changed, so nothing was done")
    event = _read(after, str(path))
    path.unlink()
    return event


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotEdited(f"{file} cannot be read: {error}") from error


def _open_editor(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        subprocess.run([*shlex.split(editor), str(path)], check=True)  # noqa: S603 - whoever asks chose it
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotEdited(f"the editor {editor!r} did not work ({error}): set EDITOR, or use --file") from error


def _read(text: str, name: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except ValueError as error:
        raise NotEdited(f"{name} is no JSON: {error}. Correct it and give it with --file") from None
    if not isinstance(event, dict):
        raise NotEdited(f"{name} holds no event: an event is a JSON object")
    return event
