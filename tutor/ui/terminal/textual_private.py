"""The only file that uses private parts of Textual; check it with each new release.

All other files of ui call these functions or inherit from `UpdateHook`; a test holds them to it.
Only those of the text area are in `tutor.ui.editor.text_area_private`. The file must be importable,
and the app must start, even if a release lacks some of the parts: the check in `cell_diff` then
turns to Textual's own repaint, and only Alt and a letter can be split.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual import screen as screens
from textual.app import App
from textual.drivers import linux_driver
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

try:
    from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
except ImportError:

    class _Missing:
        """Stands in for an update. It takes no arguments, so `sample_updates` raises TypeError."""

    ChopsUpdate = CompositorUpdate = LayoutUpdate = _Missing  # type: ignore[assignment,misc] # stands in for them
    Compositor = object  # type: ignore[assignment,misc] # stands in for it

try:
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
except ImportError:
    ANSI_SEQUENCES_KEYS = {}

from tutor.terminal_facts import waiting_input

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from textual.driver import Driver
    from textual.message import Message
    from textual.screen import Screen
    from textual.scroll_view import ScrollView

    from tutor.first_screen.held_terminal import HeldTerminal

Update: TypeAlias = LayoutUpdate | ChopsUpdate
"""A drawing of the compositor: a whole region, or spans of some lines."""


class UpdateHook(App[None]):
    """An app that converts the compositor's updates to sequences in `render_update`."""

    is_lent = False
    """True while another program has the terminal. Nothing is sent meanwhile."""

    held_terminal: HeldTerminal | None = None
    """The terminal with the keys typed before; set it before the app is made."""

    def get_driver_class(self) -> type[Driver]:
        """Return the driver to use; on a terminal, it loses no key."""
        driver = super().get_driver_class()
        return _NextDriver if driver is linux_driver.LinuxDriver else driver

    def key_came(self) -> None:
        """Note a pressed key; called in the reading thread, before the key is handled."""

    def _print_error_renderables(self) -> None:
        """Print an error on the shell's screen, even one from before the driver started."""
        if self.held_terminal is not None:
            self.held_terminal.give_back()
        super()._print_error_renderables()

    def render_update(self, update: Update, console: Console) -> str:
        """Return the sequences that draw the update; Textual's own by default."""
        return update.render_segments(console)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self.is_lent:
            return
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            # the type is wrong for Textual's own updates too: they are no Rich renderables
            renderable = _HookedUpdate(renderable, self)  # type: ignore[assignment]
        super()._display(screen, renderable)


class _NextDriver(linux_driver.LinuxDriver):
    """A driver that loses no key: an Enter from before it started is still an Enter."""

    def start_application_mode(self) -> None:
        terminal = self._app.held_terminal if isinstance(self._app, UpdateHook) else None
        is_held = terminal is not None and terminal.is_held
        early = terminal.early_input if terminal and is_held else waiting_input(self.fileno)
        name = "getincrementaldecoder"  # under which Textual's input thread makes its decoder
        setattr(linux_driver, name, lambda _encoding: partial(InputDecoder, early))
        super().start_application_mode()  # type: ignore[no-untyped-call] # Textual's has no types
        if terminal is not None and self._writer_thread is not None:  # None in the background
            self.attrs_before = terminal.hand_over() or self.attrs_before

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key) and isinstance(self._app, UpdateHook):
            self._app.key_came()
        super().process_message(message)


class _HookedUpdate(CompositorUpdate):
    """An update that calls the app when Textual asks for its sequences."""

    def __init__(self, update: Update, app: UpdateHook) -> None:
        self._update = update
        self._app = app

    def render_segments(self, console: Console) -> str:
        return self._app.render_update(self._update, console)


class NarrowCompositor(Compositor):
    """Renders only the lines of widgets that a change may be seen in.

    Textual renders whole widgets: all those in a container that overlaps a rectangle around all
    changes. A typed letter takes 5 ms of processor time that way, and 2 ms this way.
    """

    _changed: Collection[Region] = ()

    def render_partial_update(self) -> ChopsUpdate | None:
        self._changed = self._dirty_regions.copy()
        try:
            return super().render_partial_update()
        finally:
            self._changed = ()

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterator[tuple[Region, Region, list[Strip]]]:
        if not self._changed:
            yield from super()._get_renders(crop)
        uncovered = self._changed
        for widget, (region, clip) in self.visible_widgets.items():  # from front to back
            if not uncovered:
                return
            seen = region.intersection(clip)
            changed = [seen.intersection(each) for each in uncovered if seen.overlaps(each)]
            rows = sorted({y for each in changed for y in each.line_range})
            for _, run in groupby(enumerate(rows), lambda row: row[1] - row[0]):
                numbers = [y for _, y in run]
                lines = Region(seen.x, numbers[0], seen.width, len(numbers))
                yield region, lines, widget.render_lines(lines.translate(-region.offset))
            uncovered = [each for each in uncovered if not seen.contains_region(each)]


if hasattr(Compositor, "render_partial_update"):
    screens.Compositor = NarrowCompositor  # type: ignore[attr-defined] # which each screen makes


def iter_strips(update: Update) -> Iterator[tuple[int, int, Strip]]:
    """Yield row, column and content of each strip, in Textual's order of rendering."""
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
    """Make a small update of each kind; raise TypeError for other releases."""
    strip = Strip([Segment("abc", Style(color="#102030", bgcolor="#405060"))])
    layout = LayoutUpdate([[strip]], Region(1, 2, 3, 1))
    return layout, ChopsUpdate([{0: strip, 3: strip}], [(0, 4, 5)], [[3, 6]])


def has_known_display_hook() -> bool:
    """Return True if `App._display` has the parameters that `UpdateHook` expects."""
    code = App._display.__code__
    return code.co_varnames[: code.co_argcount] == ("self", "screen", "renderable")


def draw_unseen(screen: Screen[Any]) -> None:
    """Draw a screen that is hidden below an opaque one, without sending anything.

    Textual first draws such a screen when the one above it closes, while the learner waits. Its
    widgets cache their drawings here, which shortens that wait.
    """
    try:
        screen._compositor.render_strips()
    except AttributeError:  # another release: the screen is drawn when it is first shown
        return


def grow_scrolled(view: ScrollView, extent: Size) -> None:
    """Set the extent of what scrolls, where the bar is shown before and after.

    `view.virtual_size = extent` asks for a layout of the whole screen: 10 to 20 ms for each printed
    line, and nothing on the screen moves.
    """
    try:
        view._scroll_update(extent)
        view.set_reactive(Widget.virtual_size, extent)
    except AttributeError:  # another release
        view.virtual_size = extent


def writes_waiting(app: App[Any]) -> int:
    """Return the number of writes queued in Textual's writer thread; 0 without one."""
    try:
        return int(app._driver._writer_thread._queue.qsize())  # type: ignore[union-attr]
    except AttributeError:  # another driver, such as that of tests, or not started yet
        return 0


async def run_binding(app: App[Any], key: str) -> bool:
    """Run the key's binding directly, without bubbling; return False without one."""
    check = getattr(app, "_check_bindings", None)
    if check is None:  # another release: the key bubbles
        return False
    return bool(await check(key, priority=True) or await check(key))


def map_sequence(sequence: str, character: str) -> None:
    if isinstance(ANSI_SEQUENCES_KEYS, dict):
        ANSI_SEQUENCES_KEYS[sequence] = character


class InputDecoder:
    """Decodes UTF-8 from the terminal, in place of Textual's decoder."""

    def __init__(self, early: int) -> None:
        """Make a decoder; `early` bytes came before Enter sent a carriage return."""
        self._early = early
        # A terminal set to an older encoding sends an invalid byte for every accented letter, and
        # pasted text may hold them. Textual's decoder raises an error on them, which ends the app.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def decode(self, data: bytes, final: bool = False) -> str:
        """Return the text; read an early line feed as Enter, not as Ctrl+J, which runs."""
        early, later = data[: self._early], data[self._early :]
        self._early -= len(early)
        return self._decoder.decode(early.replace(b"\n", b"\r") + later, final)
