"""How prompts look in a terminal."""

from collections.abc import Mapping, Sequence
from difflib import unified_diff
from typing import Any, Final, TypeAlias

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Column, Table
from rich.text import Text

from contracts.prompts import PromptTexts
from ops.ai.words import dollars, seconds, share

Found: TypeAlias = dict[str, Any]
Texts: TypeAlias = Mapping[str, str]

_COLOURS: Final = {"+": "green", "-": "red", "@": "cyan"}


def overview(items: Sequence[Found]) -> RenderableType:
    """One line for each business and purpose."""
    table = Table("Business", "Purpose", "In force", "Split", "Draft", "Own versions", "Before")
    for one in items:
        own = [version["version"] for version in one["versions"] if version["of"] != "house"]
        table.add_row(
            one["tenant"], one["purpose"], in_force(one), _split(one), _languages(one["draft"] or {}),
            ", ".join(own) or "–", ", ".join(before or "house" for before in reversed(one["before"])) or "–",
        )  # fmt: skip
    return table


def version_texts(item: Found, found: Mapping[str, Texts]) -> RenderableType:
    """The versions with their texts as they are written."""
    panels = [
        Panel(Text(text), title=f"{name} · {language}{_marks(item, name)}", title_align="left")
        for name, texts in found.items()
        for language, text in texts.items()
    ]
    return Group(*panels)


def filled(preview: Found) -> RenderableType:
    """What the AI would be told."""
    return Panel(
        Text(preview["text"]), title=f"{preview['version']} · {preview['language']}", title_align="left"
    )


def outcome_table(usage: Found) -> RenderableType:
    """A row for each version that was used, with the part of its answers that customers were given."""
    if not usage["prompts"]:
        return Text(f"No AI was asked since {usage['since']}.")
    figures = ("Questions", "Answered", "Said", "Refused", "Average", "Cost")
    table = Table("Purpose", "Version", *(Column(name, justify="right", no_wrap=True) for name in figures))
    table.title = f"Since {usage['since']}; refused: it named what the facts do not hold"
    for part in usage["prompts"]:
        purpose, _, version = part["name"].partition("/")
        table.add_row(purpose, version, *_outcomes(part["figures"]))
    return table


def _outcomes(told: Found) -> tuple[str, ...]:
    said = f"{told['used']} ({share(told['used'], told['answered'])})" if told["answered"] else "0"
    return (
        str(told["questions"]), str(told["answered"]), said, str(told["refused"]),
        seconds(told["average_seconds"]), dollars(told["cost"]),
    )  # fmt: skip


def state(tenant: str, item: Found) -> RenderableType:
    """What holds after a change."""
    told = Text.assemble(("✓ ", "green"), f"{tenant} {item['purpose']}: in force ", (in_force(item), "bold"))
    if item["split"]:
        told.append(f"; {_split(item)} of the conversations")
    if item["draft"]:
        told.append(f"; a draft ({_languages(item['draft'])}), which nobody is told: ")
        told.append(f"bellhop prompts diff {tenant} {item['purpose']}", "bold")
    return told.append(f" · configuration {item['version']}", "dim")


def differing(names: tuple[str, str], texts: tuple[Texts, Texts]) -> list[str]:
    """The lines of a unified diff of what each language gets; empty where both say the same."""
    old, new = map(PromptTexts.model_validate, texts)
    return [
        line
        for language in sorted({*old.root, *new.root})
        for line in unified_diff(
            old.in_(language).splitlines(), new.in_(language).splitlines(),
            f"{names[0]}/{language}", f"{names[1]}/{language}", lineterm="",
        )
    ]  # fmt: skip


def changed(lines: Sequence[str], names: tuple[str, str]) -> RenderableType:
    """The diff in colours."""
    if not lines:
        return Text(f"{names[1]} says the same as {names[0]}.")
    return Text("\n").join(Text(line, _COLOURS.get(line[:1], "")) for line in lines)


def in_force(item: Found) -> str:
    """The version, and whether it moves with the house."""
    return str(item["in_force"]) if item["published"] else f"{item['in_force']} (the house's newest)"


def _marks(item: Found, name: str) -> str:
    split = item["split"]
    marks = [" · in force"] if name == item["in_force"] else []
    return "".join([*marks, f" · {_split(item)}"] if split and split["version"] == name else marks)


def _split(item: Found) -> str:
    split = item["split"]
    return f"{split['version']} for {split['percent']} %" if split else "–"


def _languages(texts: Texts) -> str:
    return ", ".join(texts) or "–"
