"""All that is said to customers: one file per language, `{placeholders}` filled by the rules."""

from importlib.resources import files
from typing import get_args

import yaml

from contracts.tenants import Language


def _read(language: Language) -> dict[str, str]:
    text = files("conversation.messages").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    return {key: str(message) for key, message in yaml.safe_load(text).items()}


MESSAGES: dict[Language, dict[str, str]] = {language: _read(language) for language in get_args(Language)}
"""Language → key → message. All languages have the same keys and placeholders."""
