"""Sliders as rows of numbers, one of them in brackets, moved by keys or the mouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.slider_values import Value
from tutor.course.step_tables import LabSlider
from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.ui.widgets.immediate_keys import act_at_once, actions_by_key

MARGIN = 2
"""Columns at the left, the first of them for the caret."""


class SliderPart(NamedTuple):
    """A label or a number, with its position."""

    x: int
    y: int
    text: str
    slider: int
    value: int | None = None
    """Index of the number in its slider; None for a label."""


class Sliders(Widget, can_focus=True):
    """Sliders below each other; the keys act on the one with the caret."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", "Slider above", show=False),
        Binding("down", "choose(1)", "Slider below", show=False),
        Binding("left", "move(-1)", "Smaller", show=False),
        Binding("right", "move(1)", "Larger", show=False),
        Binding("home", "go(0)", "First number", show=False),
        Binding("end", "go(-1)", "Last number", show=False),
    ]
    ACTIONS: ClassVar[dict[str, str]] = actions_by_key(BINDINGS)
    DEFAULT_CSS: ClassVar[str] = "Sliders { height: auto; }"

    current: reactive[int] = reactive(0)
    """Index of the slider that the keys move."""
    values: reactive[Mapping[str, Value]] = reactive(dict)
    """Number of each slider, by its name."""

    @dataclass
    class Moved(Message):
        """Posted when the learner moves a slider."""

    def __init__(self, *, glyphs: GlyphName = "unicode", id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self._glyphs = GLYPHS[glyphs]
        self._sliders: Sequence[LabSlider] = ()

    def show(self, sliders: Sequence[LabSlider], values: Mapping[str, Value]) -> None:
        self._sliders = sliders
        self.values = dict(values)
        self.current = 0
        self.refresh(layout=True)

    def validate_current(self, current: int) -> int:
        return max(0, min(current, len(self._sliders) - 1))

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show the caret only with the focus, since it shows where keys act."""
        super().watch_has_focus(has_focus)
        self.refresh()

    def action_choose(self, delta: int) -> None:
        self.current += delta

    def action_move(self, delta: int) -> None:
        if self._sliders:
            slider = self._sliders[self.current]
            place = slider.values.index(self.values[slider.name]) + delta
            self._set(max(0, min(place, len(slider.values) - 1)))

    def action_go(self, place: int) -> None:
        if self._sliders:
            self._set(place)

    def _set(self, place: int) -> None:
        slider = self._sliders[self.current]
        if slider.values[place] != self.values[slider.name]:
            self.values = {**self.values, slider.name: slider.values[place]}
            self.post_message(self.Moved())

    async def on_key(self, event: events.Key) -> None:
        """Handle the key at once, so that keys act in typing order."""
        await act_at_once(self, event, self.ACTIONS)

    def on_click(self, event: events.Click) -> None:
        for part in self._parts(self.content_size.width):
            if part.y == event.y and 0 <= event.x - part.x < cell_len(part.text):
                self.current = part.slider
                if part.value is not None:
                    self._set(part.value)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max((part.y + 1 for part in self._parts(width)), default=0)

    def render(self) -> Content:
        rows: dict[int, list[Content]] = {}
        width: dict[int, int] = {}
        for part in self._parts(self.content_size.width):
            row = rows.setdefault(part.y, [])
            row.append(Content(" " * (part.x - width.get(part.y, 0))))
            row.append(Content.styled(part.text, self._style_of(part)))
            width[part.y] = part.x + cell_len(part.text)
        return Content("\n").join(Content.assemble(*row) for row in rows.values())

    def _parts(self, width: int) -> Iterator[SliderPart]:
        """Yield all labels and numbers; a slider too wide for its label gets two rows."""
        labels = [slider.label or slider.name for slider in self._sliders]
        label_width = max(map(cell_len, labels), default=0)
        y = 0
        for index, (slider, label) in enumerate(zip(self._sliders, labels, strict=True)):
            has_caret = index == self.current and self.has_focus
            yield SliderPart(0, y, f"{self._glyphs.caret if has_caret else ' '} {label}", index)
            here = self.values.get(slider.name)
            numbers = [f"[{each}]" if each == here else f" {each} " for each in slider.values]
            x = MARGIN + label_width + 1
            if x + sum(map(cell_len, numbers)) > width:
                x, y = MARGIN, y + 1
            for place, number in enumerate(numbers):
                if x + cell_len(number) > width > MARGIN + cell_len(number):
                    x, y = MARGIN, y + 1
                yield SliderPart(x, y, number, index, place)
                x += cell_len(number)
            y += 1

    def _style_of(self, part: SliderPart) -> str:
        is_current = part.slider == self.current and self.has_focus
        if part.value is None:
            return "bold" if is_current else ""
        slider = self._sliders[part.slider]
        is_here = slider.values[part.value] == self.values.get(slider.name)
        return "bold $accent" if is_here else "$text-muted"
