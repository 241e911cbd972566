"""The one file that touches private parts of Textual: a new release is looked through here.

All else in ui calls these functions, or inherits from `UpdateHook`. What is missing in another
release must not keep this file from being imported: then the trial in `cell_diff` finds that
nothing can be drawn this way, keys are told apart as far as they can be, and the app goes on.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.drivers import linux_driver
from textual.geometry import Region
from textual.strip import Strip

try:
    from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
except ImportError:

    class _Missing:
        """Nothing is an instance of it, and it takes no arguments: the trial cannot make one."""

    ChopsUpdate = CompositorUpdate = LayoutUpdate = _Missing  # type: ignore[assignment,misc] # stands in for them

try:
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
except ImportError:  # letters are told apart, signs are not
    ANSI_SEQUENCES_KEYS = {}

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from textual.screen import Screen

Update: TypeAlias = LayoutUpdate | ChopsUpdate
"""What the compositor has drawn anew: of a region, or here and there."""


class UpdateHook(App[None]):
    """An app that puts the compositor's updates into sequences by a method of its own."""

    is_lent = False
    """Whether another program has the terminal. Nothing is sent then."""

    def render_update(self, update: Update, console: Console) -> str:
        """Give the sequences that bring the terminal to what the update shows: Textual's own."""
        return update.render_segments(console)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self.is_lent:
            return
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            # Textual's own updates are no Rich renderables by their types either
            renderable = _HookedUpdate(renderable, self)  # type: ignore[assignment]
        super()._display(screen, renderable)


class _HookedUpdate(CompositorUpdate):
    """An update that the app puts into sequences when Textual asks for them."""

    def __init__(self, update: Update, app: UpdateHook) -> None:
        self._update = update
        self._app = app

    def render_segments(self, console: Console) -> str:
        return self._app.render_update(self._update, console)


def iter_strips(update: Update) -> Iterator[tuple[int, int, Strip]]:
    """Give row, column and content of each piece, as the update's own rendering has them."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, left, right in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is None or x > right or end <= left:
                continue
            whole = left <= x < right and end <= right
            yield y, x, chop if whole else chop.crop(0, min(end, right) - x)


def sample_updates() -> tuple[Update, Update]:
    """Make a small update of each kind. Raises TypeError where they are made otherwise."""
    strip = Strip([Segment("abc", Style(color="#102030", bgcolor="#405060"))])
    layout = LayoutUpdate([[strip]], Region(1, 2, 3, 1))
    return layout, ChopsUpdate([{0: strip, 3: strip}], [(0, 4, 5)], [[3, 6]])


def has_known_display_hook() -> bool:
    """Tell whether Textual hands updates over as `UpdateHook` takes them."""
    code = App._display.__code__
    return code.co_varnames[: code.co_argcount] == ("self", "screen", "renderable")


def draw_unseen(screen: Screen[Any]) -> None:
    """Have a screen beneath an opaque one drawn, and show it nowhere.

    Textual draws such a screen for the first time when the one over it goes. What its widgets have
    drawn once they remember, so that this moment is then a short one.
    """
    try:
        screen._compositor.render_strips()
    except AttributeError:  # another release: it is drawn when it is seen
        return


def writes_waiting(app: App[Any]) -> int:
    """Count the pieces that wait to be written to the terminal."""
    try:
        return int(app._driver._writer_thread._queue.qsize())  # type: ignore[union-attr]
    except AttributeError:  # no such driver, or not started
        return 0


def map_sequence(sequence: str, character: str) -> None:
    """Have the sequence read as that character when the terminal sends it."""
    if isinstance(ANSI_SEQUENCES_KEYS, dict):
        ANSI_SEQUENCES_KEYS[sequence] = character


def accept_invalid_utf8() -> None:
    """Have bytes from the terminal that are no UTF-8 read as U+FFFD, which can be seen and deleted.

    A terminal set to an older encoding sends them for every accented letter, and what is pasted
    may hold them. Textual takes one for an error of the app and ends it.
    """
    linux_driver.getincrementaldecoder = _replacing_decoder  # type: ignore[attr-defined,assignment] # the name under which Textual calls it


def _replacing_decoder(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), "replace")
