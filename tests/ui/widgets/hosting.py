"""One widget alone in an app, for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

M = TypeVar("M", bound=Message)
Cell = tuple[str, Style]
"""A character with its style."""

SIZES = [(80, 24), (120, 35), (40, 12)]


class Host(App[None]):
    """Shows the widget given and keeps the messages that arrive from it."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.widget


@asynccontextmanager
async def hosted(
    widget: Widget, size: tuple[int, int] = (60, 12), *, dark: bool = True
) -> AsyncIterator[Pilot[None]]:
    """The app with the widget focused and painted."""
    app = Host(widget)
    async with app.run_test(size=size, message_hook=app.heard.append) as pilot:
        app.theme = "textual-dark" if dark else "textual-light"
        if widget.can_focus:
            widget.focus()
        await pilot.pause()
        yield pilot


def heard(pilot: Pilot[None], kind: type[M]) -> list[M]:
    """The messages of a kind, each once, in the order they came."""
    assert isinstance(pilot.app, Host)
    unique = {id(m): m for m in pilot.app.heard if isinstance(m, kind)}
    return list(unique.values())


def rows(widget: Widget) -> list[str]:
    """The widget's rows as text, from what is kept for the screen."""
    strips = widget.render_lines(Region(0, 0, *widget.outer_size))
    return [strip.text.rstrip() for strip in strips]


async def rows_repainted(pilot: Pilot[None], widget: Widget) -> list[list[Cell]]:
    """The widget's rows with their styles, after everything was painted anew."""
    widget.notify_style_update()
    widget.refresh()
    await pilot.pause()
    return styled_rows(widget)


def styled_rows(widget: Widget) -> list[list[Cell]]:
    """The widget's rows cell by cell, with their styles, from what is kept for the screen."""
    strips = widget.render_lines(Region(0, 0, *widget.outer_size))
    return [
        [(cell, segment.style or Style()) for segment in strip for cell in segment.text]
        for strip in strips
    ]
