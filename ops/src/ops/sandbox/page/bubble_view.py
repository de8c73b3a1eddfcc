"""One message on the screen of a phone."""

from collections.abc import Callable

from nicegui import ui

from ops.sandbox.phones import Bubble, Choice, Status

TICKS: dict[Status, tuple[str, str]] = {
    "sending": ("schedule", "tick"),
    "sent": ("done", "tick"),
    "delivered": ("done_all", "tick"),
    "read": ("done_all", "tick blue"),
    "failed": ("error", "tick red"),
}
"""Icon and style of each status, under the customer's own messages."""


def bubble_view(
    bubble: Bubble, *, tap: Callable[[Bubble, Choice], None], open_menu: Callable[[Bubble], None]
) -> None:
    """Draws a message with its time, ticks and choices."""
    side = "mine" if bubble.author == "customer" else "theirs"
    with ui.element("div").classes(f"message {side}"):
        with ui.element("div").classes("bubble"):
            ui.label(bubble.text).classes("text")
            if bubble.footer:
                ui.label(bubble.footer).classes("footer")
            with ui.element("span").classes("meta"):
                ui.label(f"{bubble.at.astimezone():%H:%M}")
                if bubble.author == "customer":
                    icon, style = TICKS[bubble.status]
                    ui.icon(icon).classes(style)
        if bubble.menu:
            with ui.element("button").classes("choice menu").on("click", lambda: open_menu(bubble)):
                ui.icon("list")
                ui.label(bubble.menu)
        elif bubble.choices:
            _buttons(bubble, tap)


def _buttons(bubble: Bubble, tap: Callable[[Bubble, Choice], None]) -> None:
    for number in sorted({one.row for one in bubble.choices}):
        with ui.element("div").classes("choices"):
            for choice in (one for one in bubble.choices if one.row == number):
                style = "choice chosen" if choice.id == bubble.chosen else "choice"
                with ui.element("button").classes(style).on("click", lambda one=choice: tap(bubble, one)):
                    ui.label(choice.title)
