"""What the notifier itself says, one file per language in `languages/`."""

from functools import cache
from importlib.resources import files

import yaml

from contracts.tenants import Language


@cache
def words(language: Language) -> dict[str, str]:
    """All texts of one language."""
    text = files("notifier").joinpath("languages", f"{language}.yaml").read_text(encoding="utf-8")
    content: dict[str, str] = yaml.safe_load(text)
    return content
