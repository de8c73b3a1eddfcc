"""The panel that makes the vendors of channels fail."""

from typing import cast

from nicegui import ui

from ops.sandbox.channels.channel import Channel
from ops.sandbox.faults import Fault, FaultKind, Faults

WELL = "well"
KINDS = {WELL: "well", "rate_limited": "429", "server_error": "500", "timeout": "timeout"}


def faults_view(faults: Faults, channels: tuple[Channel, ...]) -> None:
    """A row of switches per vendor."""
    with ui.element("div").classes("card"):
        with ui.element("div").classes("card-head"):
            ui.label("Channels").classes("card-title")
            often = ui.number(min=1, step=1, placeholder="until well again", format="%d", suffix="calls")
            often.props("dense borderless clearable").classes("often").tooltip(
                "for how many calls a fault lasts"
            )
        for channel in channels:
            with ui.element("div").classes("vendor"):
                ui.element("span").classes(f"dot {channel.name}")
                ui.label(channel.title).classes("vendor-name")
                _switch(faults, channel.name, often)


def _switch(faults: Faults, vendor: str, often: ui.number) -> None:
    """Follows what the vendor has: a fault that is used up, or set over HTTP, shows as well."""

    def change(kind: str) -> None:
        if kind == WELL:
            faults.heal(vendor)
        elif kind != now():
            times = int(often.value) if often.value else None
            faults.set(vendor, Fault(cast("FaultKind", kind), times))

    def now() -> str:
        fault = faults.now(vendor)
        return fault.kind if fault else WELL

    def follow() -> None:
        switch.set_value(now())
        switch.props(f"toggle-color={'teal-7' if now() == WELL else 'deep-orange-8'}")

    switch = ui.toggle(KINDS, value=now(), on_change=lambda event: change(event.value))
    switch.props("dense no-caps unelevated color=grey-3 text-color=grey-8")
    follow()
    ui.timer(0.3, follow)
