"""The panel that shows webhooks and API calls as they happen."""

import json
from typing import Any

from nicegui import ui

from ops.sandbox.wire import Call, Wire

SHOWN = 60


def wire_view(wire: Wire, refresh: float) -> None:
    """The latest calls, newest first; a click opens one."""
    with ui.element("div").classes("card wire"):
        with ui.element("div").classes("card-head"):
            ui.label("On the wire").classes("card-title")
            ui.label("→ webhook to the gateway   ← call of the vendor's API").classes("card-line")
        rows = ui.element("div").classes("wire-rows")
    seen = 0

    def draw() -> None:
        nonlocal seen
        new = min(wire.version - seen, SHOWN, len(wire.calls))
        seen = wire.version
        for call in list(wire.calls)[:new][::-1]:
            with rows:
                _row(call).move(target_index=0)
        for row in rows.default_slot.children[SHOWN:]:
            row.delete()

    draw()
    ui.timer(refresh, draw)


def _row(call: Call) -> ui.element:
    with ui.element("details").classes("call") as row:
        with ui.element("summary"):
            ui.label(f"{call.at.astimezone():%H:%M:%S}").classes("call-time")
            ui.label("→" if call.direction == "out" else "←").classes(f"arrow {call.direction}")
            ui.element("span").classes(f"dot {call.vendor}")
            ui.label(call.what).classes("call-what")
            ui.label(str(call.status or "—")).classes(
                "call-status " + ("fine" if 200 <= call.status < 300 else "bad")
            )
        ui.label(_pretty(call.body)).classes("json")
        if call.answer:
            ui.label(_pretty(call.answer)).classes("json answer")
    return row


def _pretty(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)
