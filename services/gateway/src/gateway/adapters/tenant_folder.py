"""The folder of tenant files that is applied at every start."""

from pathlib import Path
from typing import Any

import yaml

from gateway.domain.demo_values import demo_values
from gateway.domain.tenant_file import Mistake, TenantFile, TenantFileMistaken, read_tenant_file


def read_folder(folder: Path, *, allow_demo: bool) -> list[TenantFile]:
    """All tenants in `*.yaml`, by file name. Raises TenantFileMistaken."""
    if not folder.is_dir():
        raise TenantFileMistaken(str(folder), (Mistake("BELLHOP_TENANTS_DIR", "there is no such folder"),))
    return [read_path(path, allow_demo=allow_demo) for path in sorted(folder.glob("*.yaml"))]


def read_path(path: Path, *, allow_demo: bool) -> TenantFile:
    """The tenant in one file. Raises TenantFileMistaken."""
    file = read_tenant_file(_parsed(path), str(path))
    if not allow_demo and (found := demo_values(file)):
        raise TenantFileMistaken(str(path), found)
    return file


def _parsed(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        what = getattr(error, "problem", None) or "is not UTF-8 text"
        raise TenantFileMistaken(str(path), (Mistake(where, f"is not readable YAML: {what}"),)) from None
