"""The pane Tensors: the tensors that the run trained or left in its namespace, one of them drawn.

It shows the newest inventory, or the one that was kept nearest to the step under the cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tutor.session.state import State
from tutor.session.tensors import (
    Change,
    EndDifference,
    TensorChoice,
    difference_to_end,
    last_change,
)
from tutor.session.timeline import Timeline
from tutor.session.words.inventory_text import (
    counted_of,
    entry_gradient,
    entry_line,
    entry_numbers,
    entry_states,
    entry_words,
    gradient_words,
    learning_rates,
    moved_words,
    nothing_listed_words,
    step_words,
)
from tutor.session.words.run_text import CHANGED_TENSORS, changed_words
from tutor.ui.charts.heat import HeatMap
from tutor.ui.charts.histogram import Counted, Histogram
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.stable_static import StableStatic
from tutor.ui.step_navigation import (
    END_BINDINGS,
    SCRUB_BINDINGS,
    STEP_BINDINGS,
    StepNavigation,
)
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.wire.events import InventoryEntry, InventoryTaken

PICK_KEYS = "[ ]: another one"
NUMBER_KEYS = "m: numbers"
GRADIENT_KEYS = "g: gradient, change"
HISTOGRAM_KEYS = "h: histogram"
COLUMN_KEYS = "k: column by column"


HIGH_ROWS = 9
"""Minimum rows of the pane for shape and dtype beside a tensor's movement."""


class _Names(OptionList, inherit_bindings=False):
    """A list without keys for its first and last line: they lead to the first and last step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", "Tensor above", show=False),
        Binding("down", "cursor_down", "Tensor below", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
    ]


class TensorsPane(StepNavigation, Pane):
    """A list of entries beside the chosen one, drawn with its gradient and its change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "pick(-1)", "One before"),
        Binding("right_square_bracket", "pick(1)", "Next one"),
        Binding("m", "toggle_values", "Numbers"),
        Binding("g", "show_next", "Gradient"),
        Binding("h", "toggle_histogram", "Histograms"),
        Binding("k", "next_column", "Next column"),
        *STEP_BINDINGS,
        *END_BINDINGS,
        *SCRUB_BINDINGS,
    ]

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("tensors", timeline, marks=marks)
        self._choice = TensorChoice()
        self._names: list[str] = []
        """Names in the list, in its order."""
        self._list = _Names(id="tensor-list", markup=False)
        self._map = HeatMap(marks=marks, id="heat")
        self._histogram = Histogram(marks=marks, id="tensor-histogram")
        self._is_counted = False
        """True to draw a histogram instead of the values."""
        self._words = StableStatic("", id="tensor-words")
        self._drawing = ThrottledDrawing(self, self._show_inventory)
        self._entry_box = Vertical(self._words, self._map, self._histogram, id="tensor-one")
        self._keys = StableStatic("", one_row=True, classes="pane-keys")
        """The keys, for a pane without a border to show them in."""

    def compose(self) -> ComposeResult:
        yield Horizontal(self._list, self._entry_box, id="tensor-row")
        yield self._keys

    @property
    def chosen(self) -> str:
        return self._choice.name

    def draw(self, old: State | None, new: State) -> None:
        ended = old is not None and old.activity is not None and new.activity is None
        begun = old is not None and old.activity is None and new.activity is not None
        newer = old is not None and old.version_of(InventoryTaken) != new.version_of(InventoryTaken)
        if old is not None and old.cursor is not new.cursor:
            by_hand = new.cursor is not None and not new.cursor.playing
            (self._drawing.now if by_hand or new.cursor is None else self._drawing.soon)()
            return
        if old is not None and old.compares is not new.compares:
            self._drawing.now()
            return
        if old is not None and new.cursor is not None and not (begun or ended):
            return  # the step under the cursor stays the same
        waits = new.paused is not None and (old is None or old.paused != new.paused)
        readied = old is not None and old.queued and not new.queued
        if old is None or begun or ended or newer or waits or readied:
            if new.activity is None or not self._names:
                self._drawing.now()
            else:
                self._drawing.soon()

    def focus_target(self) -> Widget:
        return self._list if self._names else self

    def action_pick(self, delta: int) -> None:
        if self._names:
            index = self._names.index(self.chosen) if self.chosen in self._names else -delta
            self._choice.pick(self._names[(index + delta) % len(self._names)])
            self._show_chosen()

    def action_toggle_values(self) -> None:
        self._map.action_toggle_values()

    def action_toggle_histogram(self) -> None:
        self._is_counted = not self._is_counted
        entry = self._entry(self.chosen)
        if entry is not None:
            self._draw_entry(entry)

    def action_next_column(self) -> None:
        """Show the histogram of the next column, after the last one that of all values."""
        self._histogram.show_next_column()

    def action_show_next(self) -> None:
        """Show the values, the gradient or the last change alone, or all that fit."""
        self._map.action_show_next()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index != self._list.highlighted:
            return  # the message was queued when the list was refilled, or emptied for another step
        entry = self._entry(self._names[event.option_index])
        if entry is not None and entry.name != self.chosen:
            self._choice.pick(entry.name)
            self._draw_entry(entry)

    @property
    def entries(self) -> tuple[InventoryEntry, ...]:
        """The listed entries: the newest, or those nearest to the step under the cursor."""
        kept = self._kept_step()
        return self._timeline.current.inventory if kept is None else kept[1]

    def _kept_step(self) -> tuple[int, tuple[InventoryEntry, ...]] | None:
        cursor, recording = self.session.cursor, self._timeline.current.recording
        return recording.nearest(cursor.step - 1) if cursor is not None else None

    def _show_inventory(self) -> None:
        entries = self.entries
        names = [entry.name for entry in entries]
        self._list.set_class(not entries, "empty")
        self.can_focus = not entries
        if not names:
            self._show_nothing()
            return
        if names != self._names:
            self._names = names
            self._list.clear_options()
            self._list.add_options([Option(name) for name in names])
        self._fill_lines()
        # a list that was hidden has its width only after the next layout
        self.call_after_refresh(self._fill_lines)
        self._choice.follow(entries)
        self._show_chosen()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill_lines)
        self.call_after_refresh(self._redraw_chosen)

    def _fill_lines(self) -> None:
        entries = self._timeline.current.inventory
        if self._names != [entry.name for entry in entries]:
            return
        width = self._list.scrollable_content_region.width
        for index, entry in enumerate(entries):
            line = entry_line(entry, width)
            if self._list.get_option_at_index(index).prompt != line:
                self._list.replace_option_prompt_at_index(index, line)

    def _show_nothing(self) -> None:
        self._names = []
        self._list.clear_options()
        self._words.update_if_changed(nothing_listed_words(self.session))
        self._map.display = self._histogram.display = False
        self._show_keys()

    def _show_chosen(self) -> None:
        self._list.highlighted = self._names.index(self.chosen)
        entry = self._entry(self.chosen)
        if entry is not None:
            self._draw_entry(entry)

    def _redraw_chosen(self) -> None:
        entry = self._entry(self.chosen)
        if entry is not None:
            self._draw_entry(entry)
        else:
            self._show_keys()

    def _entry(self, name: str) -> InventoryEntry | None:
        return next((e for e in self.entries if e.name == name), None)

    def _draw_entry(self, entry: InventoryEntry) -> None:
        kept = self._kept_step()
        phase = "" if kept else changed_words(self.session, CHANGED_TENSORS)
        change = last_change(self._timeline.current, kept and kept[0], entry)
        steps = kept[0] + 1 if kept is not None else self._timeline.current.inventory_step
        moved = self.marks.transcribe(self._moved_words(entry, change, steps))
        is_low = 0 < self.content_size.height < HIGH_ROWS
        about = [f"{entry.name}  {moved}"] if moved and is_low else [entry_words(entry), moved]
        seen = f"at step {entry.last_seen}, the last recorded step" if entry.last_seen else ""
        words = [phase, step_words(self.session.cursor, kept), seen, *about]
        difference = self._difference(entry, kept)
        numbers = entry_numbers(entry)
        if difference is not None and numbers is None:
            words.append(difference.words)
        self._words.update_if_changed("\n".join(filter(None, words)))
        self._map.display = numbers is not None and not self._is_counted
        counted = counted_of(entry) if numbers is None else None
        self._histogram.display = counted is not None or (numbers is not None and self._is_counted)
        if counted is not None:
            self._histogram.show_counts(Counted(*counted))
        if numbers is not None:
            self._histogram.show_values(*numbers)
            beside = self._beside(entry, change)
            if difference is not None:
                beside.insert(0, ("change to the end", difference.words, difference.numbers))
            self._map.show_values(*numbers, beside=beside)
        self._show_keys()

    def _difference(self, entry: InventoryEntry, kept: object) -> EndDifference | None:
        """Return how far an entry is from the end, if the comparison is on and known."""
        if kept is None or not self.session.compares:
            return None
        return difference_to_end(entry, self._timeline.current.inventory)

    def _beside(
        self, entry: InventoryEntry, change: Change | None
    ) -> list[tuple[str, str, Sequence[float]]]:
        beside: list[tuple[str, str, Sequence[float]]] = []
        gradient = entry_gradient(entry)
        if gradient is not None:
            beside.append(("gradient", gradient_words(entry), gradient))
        beside += [(name, "", numbers) for name, numbers in entry_states(entry)]
        if change is not None:
            since = f"step {change.since}" if change.since else "the start"
            beside.append((f"change since {since}", "", change.numbers))
            paused = self.session.paused
            if paused is not None and paused.phase != "step" and any(change.numbers):
                beside.reverse()  # the gradient is older than the last update
        return beside

    def _moved_words(self, entry: InventoryEntry, change: Change | None, steps: int) -> str:
        """Return how far the gradient moved the entry; "" if the gradient is newer."""
        paused = self.session.paused
        if paused is not None and paused.phase == "step":
            return ""
        rates = learning_rates(self.entries, self._timeline.current.facts)
        return moved_words(entry, change, rates, steps)

    def _show_keys(self) -> None:
        offered = {
            PICK_KEYS: len(self._names) > 1,
            NUMBER_KEYS: self._map.display,
            GRADIENT_KEYS: self._map.display and len(self._map.panels) > 1,
            HISTOGRAM_KEYS: self._map.display,
            COLUMN_KEYS: self._histogram.display and bool(self._histogram.columns),
        }
        keys = [words for words, does in offered.items() if does]
        self.show_keys(self._keys, keys, width=self.content_size.width)
