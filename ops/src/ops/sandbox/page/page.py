"""The page: a business, its customers' phones side by side, and what goes over the wire."""

from pathlib import Path
from random import Random

from fastapi import FastAPI, Request
from nicegui import ui

from contracts.tenants import TenantConfig
from ops.sandbox.ai.calls import AiCalls
from ops.sandbox.channels.channel import Channel, World
from ops.sandbox.page.ai_view import ai_view
from ops.sandbox.page.faults_view import faults_view
from ops.sandbox.page.phone_view import PhoneView
from ops.sandbox.page.wire_view import wire_view
from ops.sandbox.phones import Phone

STYLE = Path(__file__).with_name("style.css")
REFRESH = 0.15
"""Seconds between looks at what has changed."""


def add_page(
    app: FastAPI, world: World, channels: tuple[Channel, ...], ai_calls: AiCalls, gateway_url: str
) -> None:
    """Puts the page at / of `app`. `?tenant=lyo` opens a business, `&whatsapp=39333…` a certain phone."""

    @ui.page("/", title="Bellhop sandbox")
    def page(request: Request) -> None:
        Desk(world, channels, ai_calls, gateway_url).build(dict(request.query_params))

    ui.run_with(app, title="Bellhop sandbox", favicon="🛎️", language="en-US", show_welcome_message=False)


class Desk:
    """One visitor's page."""

    def __init__(
        self, world: World, channels: tuple[Channel, ...], ai_calls: AiCalls, gateway_url: str
    ) -> None:
        self._world = world
        self._channels = channels
        self._ai_calls = ai_calls
        self._gateway_url = gateway_url
        self._views: list[PhoneView] = []

    def build(self, wanted: dict[str, str]) -> None:
        """Lays the page out."""
        ui.add_css(STYLE)
        ui.colors(primary="#a9742c")
        if not self._world.businesses:
            ui.label("No business is set up: put a YAML file into the tenants' folder.").classes("empty")
            return
        tenant = wanted.get("tenant", "")
        tenant = tenant if tenant in self._world.businesses else next(iter(self._world.businesses))
        self._header(tenant)
        with ui.element("div").classes("desk"):
            self._phones = ui.element("section").classes("phones")
            with ui.element("aside"):
                faults_view(self._world.faults, self._channels)
                ai_view(self._world.faults, self._ai_calls)
                wire_view(self._world.wire, REFRESH)
        self._open(tenant, wanted)
        ui.timer(REFRESH, self._refresh)
        ui.context.client.on_delete(self._leave)

    def _header(self, tenant: str) -> None:
        names = {one.id: one.name for one in self._world.businesses.values()}
        with ui.element("header"):
            ui.label("🛎️").classes("bell")
            with ui.element("div").classes("brand"):
                ui.label("Bellhop sandbox").classes("brand-name")
                ui.label("simulated phones · nothing leaves this machine").classes("brand-line")
            ui.select(
                names, value=tenant, label="Business", on_change=lambda event: self._open(event.value, {})
            ).props("outlined dense options-dense").classes("business")
            ui.element("div").classes("grow")
            ui.link("Gateway API", f"{self._gateway_url}/docs", new_tab=True)
            ui.link("Sandbox API", "/docs", new_tab=True)

    def _open(self, tenant: str, wanted: dict[str, str]) -> None:
        """Takes the phones of this business to hand."""
        self._leave()
        self._phones.clear()
        business = self._world.businesses[tenant]
        with self._phones:
            for channel in self._channels:
                if channel.serves(business):
                    phone = self._phone(channel, business, wanted.get(channel.name))
                    self._views.append(PhoneView(self._world, channel, phone))

    def _phone(self, channel: Channel, business: TenantConfig, address: str | None) -> Phone:
        """The phone asked for, else the one used last, else a first one."""
        if address and address.isdigit():
            return self._world.phones.get(channel.name, business, address)
        if used := self._world.phones.of(channel.name, business.id):
            return used[-1]
        customer = channel.stranger(Random(f"{business.id}/{channel.name}"))  # noqa: S311 - a made-up number
        return self._world.phones.get(channel.name, business, customer.address, customer.name)

    async def _refresh(self) -> None:
        for view in self._views:
            await view.refresh()

    def _leave(self) -> None:
        for view in self._views:
            view.leave()
        self._views.clear()
