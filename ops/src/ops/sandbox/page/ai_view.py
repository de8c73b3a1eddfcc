"""The panel of the AI vendors: what each is asked, and a way to make it fail."""

from typing import Final, cast

from nicegui import ui

from ops.sandbox.ai.calls import AiCalls, Counts
from ops.sandbox.ai.dialect import Dialect
from ops.sandbox.ai.routes import DIALECTS
from ops.sandbox.faults import Fault, FaultKind, Faults

WELL: Final = "well"
KINDS: Final[dict[str, str]] = {
    WELL: "well",
    "rate_limited": "rate limited (429)",
    "server_error": "server error (500)",
    "overloaded": "overloaded (503, 529)",
    "timeout": "does not answer",
    "slow": "answers in drips",
    "cut": "cut off in the middle",
    "malformed": "broken JSON",
    "wrong_schema": "other JSON than asked for",
    "unauthorized": "refuses the key (401)",
    "no_credit": "no credit left",
    "refused": "refuses the content",
}


def ai_view(faults: Faults, calls: AiCalls) -> None:
    """A row per vendor."""
    with ui.element("div").classes("card ai"):
        with ui.element("div").classes("card-head"):
            ui.label("AI vendors").classes("card-title")
            clear = ui.button(icon="restart_alt", on_click=lambda _: calls.clear())
            clear.props("flat round dense size=sm").tooltip("count anew")
        for dialect in DIALECTS:
            with ui.element("div").classes("vendor"):
                ui.element("span").classes(f"dot {dialect.name}")
                ui.label(dialect.title).classes("vendor-name")
                _counter(calls, dialect)
                _switch(faults, dialect.name)


def _counter(calls: AiCalls, dialect: Dialect) -> None:
    """How many calls there were, and how many did not end well."""
    asked = ui.label().classes("ai-count")
    failed = ui.label().classes("ai-count bad")

    def follow() -> None:
        counts = calls.counts(dialect.name)
        lost = _lost(counts)
        asked.set_text(f"{counts.calls} call{'' if counts.calls == 1 else 's'}" if counts.calls else "")
        failed.set_text(f"{lost} failed" if lost else "")
        asked.tooltip(", ".join(f"…{key}: {number}" for key, number in sorted(counts.by_key.items())))

    follow()
    ui.timer(0.5, follow)


def _lost(counts: Counts) -> int:
    """Answers with an error status, and those with a fault that no status shows."""
    errors = sum(number for status, number in counts.by_status.items() if status != "200")
    hidden = sum(counts.by_fault[kind] for kind in ("cut", "malformed", "wrong_schema"))
    return errors + hidden


def _switch(faults: Faults, vendor: str) -> None:
    """Follows what the vendor has: a fault that is used up, or set over HTTP, shows as well."""

    def change(kind: str) -> None:
        if kind == WELL:
            faults.heal(vendor)
        elif kind != now():
            faults.set(vendor, Fault(cast("FaultKind", kind)))

    def now() -> str:
        fault = faults.now(vendor)
        return fault.kind if fault else WELL

    def follow() -> None:
        choice.set_value(now())
        choice.classes(add="" if now() == WELL else "ill", remove="ill" if now() == WELL else "")

    choice = ui.select(KINDS, value=now(), on_change=lambda event: change(event.value))
    choice.props("dense outlined options-dense").classes("ai-fault")
    follow()
    ui.timer(0.3, follow)
