"""One phone on the page."""

from random import Random

from nicegui import background_tasks, ui

from ops.sandbox.channels.channel import Channel, World
from ops.sandbox.page.bubble_view import bubble_view
from ops.sandbox.phones import Bubble, Choice, Phone

SHOWN = 80
"""So many of the latest messages are on the screen."""


class PhoneView:
    """Draws a phone and does what is done on it."""

    def __init__(self, world: World, channel: Channel, phone: Phone) -> None:
        self._world = world
        self._channel = channel
        self._phone = phone
        self._seen = -1
        self._menu: Bubble | None = None
        phone.watchers += 1
        self._root = ui.element("div").classes(f"handset {channel.name}")
        self._build()

    async def refresh(self) -> None:
        """Draws what is new; what is on the screen counts as read."""
        if self._seen != self._phone.version:
            self._seen = self._phone.version
            self._talk.refresh()
            self._bar.refresh()
            background_tasks.create(self._channel.look(self._phone))

    def leave(self) -> None:
        """The phone is put down."""
        self._phone.watchers -= 1

    def _build(self) -> None:
        with self._root:
            self._owner()
            with ui.element("div").classes("phone"), ui.element("div").classes("screen"):
                self._bar()
                with ui.element("div").classes("talk"):
                    self._talk()
                self._sheet()
                self._composer()

    def _owner(self) -> None:
        """Who holds the phone, and a way to be somebody else."""
        with ui.element("div").classes("owner"):
            name = ui.input(value=self._phone.name, on_change=lambda event: self._rename(event.value))
            name.props("dense borderless input-class=owner-name").classes("owner-input")
            ui.label(self._shown_address()).classes("owner-address")
            ui.button(icon="person_add", on_click=self._somebody_new).props(
                "flat round dense size=sm"
            ).tooltip("a new customer")

    @ui.refreshable_method
    def _bar(self) -> None:
        business = self._phone.business
        with ui.element("div").classes("bar"):
            ui.icon("arrow_back").classes("back")
            ui.label(business.name[:1].upper()).classes("avatar")
            with ui.element("div").classes("who"):
                ui.label(business.name).classes("who-name")
                ui.label("typing…" if self._phone.typing else self._channel.title).classes("who-line")
            ui.icon("more_vert")

    @ui.refreshable_method
    def _talk(self) -> None:
        with ui.element("div").classes("bubbles"):
            if not self._phone.bubbles:
                ui.label(f"Write to {self._phone.business.name} as a customer would").classes("hint")
            for bubble in self._phone.bubbles[-SHOWN:]:
                bubble_view(bubble, tap=self._tap, open_menu=self._open_menu)

    @ui.refreshable_method
    def _sheet(self) -> None:
        """The rows of a list, over the lower half of the screen."""
        if self._menu is None:
            return
        bubble = self._menu
        with (
            ui.element("div").classes("sheet-shade").on("click", self._close_menu),
            ui.element("div").classes("sheet"),
        ):
            ui.label(bubble.menu or "").classes("sheet-title")
            for choice in bubble.choices:
                with (
                    ui.element("button")
                    .classes("list-row")
                    .on("click.stop", lambda one=choice: self._tap(bubble, one))
                ):
                    ui.label(choice.title).classes("list-row-title")
                    if choice.description:
                        ui.label(choice.description).classes("list-row-line")

    def _composer(self) -> None:
        with ui.element("div").classes("composer"):
            self._input = ui.input(placeholder="Message").props("dense borderless autocomplete=off")
            self._input.classes("typing-box").on("keydown.enter", self._send)
            ui.button(icon="send", on_click=self._send, color=None).props("round unelevated").classes("send")

    def _send(self) -> None:
        text = str(self._input.value or "").strip()
        self._input.value = ""
        if text:
            background_tasks.create(self._channel.say(self._phone, text))

    def _tap(self, bubble: Bubble, choice: Choice) -> None:
        self._close_menu()
        background_tasks.create(self._channel.choose(self._phone, bubble, choice))

    def _open_menu(self, bubble: Bubble) -> None:
        self._menu = bubble
        self._sheet.refresh()

    def _close_menu(self) -> None:
        self._menu = None
        self._sheet.refresh()

    def _rename(self, name: str) -> None:
        self._phone.name = name.strip() or self._phone.name

    def _somebody_new(self) -> None:
        customer = self._channel.stranger(Random())  # noqa: S311 - a made-up number
        self.leave()
        self._phone = self._world.phones.get(
            self._channel.name, self._phone.business, customer.address, customer.name
        )
        self._phone.watchers += 1
        self._seen = -1
        self._root.clear()
        self._build()

    def _shown_address(self) -> str:
        address = self._phone.address
        return (
            f"+{address[:2]} {address[2:5]} {address[5:]}"
            if self._channel.name == "whatsapp"
            else f"id {address}"
        )
