"""A widget that shows one figure of the course, drawn in characters.

Its height follows from its content. With 40 or more columns nothing is cut off; a narrower figure
shows its description instead. The figures are data (`tutor.course.figures`), of which
`images/make.py` makes pictures, so nothing is drawn here that the data does not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.figures import FIGURES
from tutor.course.figures.parts import Gradient, Plot, Slider
from tutor.first_screen.glyphs import GLYPHS, GlyphName
from tutor.ui.charts.figure_parts import MAX_TABLE_WIDTH, figure_lines, text_lines
from tutor.ui.charts.figure_plot import Line, x_of_column

UNFOCUSED_HINT = "Tab or a click, then the keys Left and Right move {}."
FOCUSED_HINT = "Left and Right move {}. Home and End go to its ends."
LARGE_MOVE = 5
"""Steps of a slider's large move, with Shift."""


class FigureView(Widget):
    """A figure of the course. One with a slider takes the focus and moves by keys and clicks."""

    DEFAULT_CSS = """
    FigureView {
        height: auto;
        width: 1fr;
        margin-bottom: 1;
        & > .figure--plain { color: $foreground; }
        & > .figure--strong { color: $foreground; text-style: bold; }
        & > .figure--dim { color: $text-muted; }
        & > .figure--first { color: $text-primary; }
        & > .figure--second { color: $text-accent; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "figure--plain",
        "figure--strong",
        "figure--dim",
        "figure--first",
        "figure--second",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Less", show=False),
        Binding("right,l", "move(1)", "More", show=False),
        Binding("shift+left,H", f"move(-{LARGE_MOVE})", "Much less", show=False),
        Binding("shift+right,L", f"move({LARGE_MOVE})", "Much more", show=False),
        Binding("home", "end(-1)", "Least", show=False),
        Binding("end", "end(1)", "Most", show=False),
    ]

    glyphs: reactive[GlyphName] = reactive[GlyphName]("unicode", layout=True)
    """Set of glyphs of the drawing."""
    value: reactive[float] = reactive(0.0, layout=True)
    """Number at the slider; meaningless without a slider."""
    gradients: reactive[tuple[Gradient, ...]] = reactive((), repaint=False)
    """Gradients of the learner's model, for a figure that shows them; () if unknown."""
    rows: reactive[int] = reactive(0, layout=True)
    """Maximum rows of the figure; 0 for as many as it needs."""
    note: reactive[str] = reactive("", layout=True)
    """Text under the title, such as the path of its picture; "" for none."""

    @dataclass
    class Moved(Message):
        """Posted when the slider has moved to `value`."""

        figure: FigureView
        value: float

    def __init__(
        self,
        figure: str,
        *,
        rows: int = 0,
        glyphs: GlyphName = "unicode",
        classes: str | None = None,
    ) -> None:
        """Show the figure of that name, with its slider at the start.

        Raises KeyError if there is no figure of that name.
        """
        super().__init__(classes=classes)
        self.figure = FIGURES[figure]
        self.can_focus = self.slider is not None
        self.set_reactive(FigureView.rows, rows)
        self.set_reactive(FigureView.glyphs, glyphs)
        if self.slider is not None:
            self.set_reactive(FigureView.value, self.slider.start)

    @property
    def slider(self) -> Slider | None:
        return self.figure.slider

    def lines(self, width: int) -> tuple[Line, ...]:
        value = self.value if self.slider is not None else None
        figure = self.figure.of(self.gradients)
        text_width = min(width, MAX_TABLE_WIDTH)
        control = self._slider_lines(text_width)
        lines = figure_lines(figure, width, self.glyphs, value, rows=self.rows, control=control)
        if self.note:
            title_height = len(text_lines(self.figure.title, text_width, "strong", self.glyphs))
            note_lines = text_lines(self.note, text_width, "plain", self.glyphs)
            lines = (*lines[:title_height], *note_lines, *lines[title_height:])
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width))

    def render(self) -> Content:
        return Content("\n").join(
            Content.assemble(
                *((text, self.get_visual_style(f"figure--{ink}")) for text, ink in line)
            )
            for line in self.lines(self.content_size.width)
        )

    def validate_value(self, value: float) -> float:
        return self.slider.nearest(value) if self.slider is not None else value

    def watch_rows(self) -> None:
        """Request another layout of the figure after the current one.

        Textual keeps the height from before this change if another layout was requested earlier and
        has not begun yet, for example after a resize of the terminal.
        """
        self.call_after_refresh(self.refresh, layout=True)

    def watch_gradients(self) -> None:
        """Redraw, with a layout only for other rows: while a model trains, few come."""
        width, height = self.content_size
        if self.figure.measured is not None:
            self.refresh(layout=not width or len(self.lines(width)) != height)

    def watch_value(self, value: float) -> None:
        """Post `Moved`, except for the value set before the figure is mounted."""
        if self.is_mounted:
            self.post_message(self.Moved(self, value))

    def watch_has_focus(self, has_focus: bool) -> None:
        """Redraw, since the hint about keys depends on the focus."""
        super().watch_has_focus(has_focus)
        self.refresh(layout=True)

    def action_move(self, steps: int) -> None:
        if self.slider is not None:
            self.value += steps * self.slider.step

    def action_end(self, direction: int) -> None:
        if self.slider is not None:
            self.value = self.slider.low if direction < 0 else self.slider.high

    def on_click(self, event: events.Click) -> None:
        plot = next((part for part in self.figure.parts if isinstance(part, Plot)), None)
        if self.slider is not None and plot is not None:
            offset = event.get_content_offset_capture(self)
            clicked = x_of_column(plot, self.content_size.width, offset.x)
            if clicked is not None:
                self.value = clicked

    def _slider_lines(self, width: int) -> tuple[Line, ...]:
        if self.slider is None:
            return ()
        caret = f"{GLYPHS[self.glyphs].caret} " if self.has_focus else ""
        reading = text_lines(caret + self.slider.say(self.value), width, "strong", self.glyphs)
        hint = (FOCUSED_HINT if self.has_focus else UNFOCUSED_HINT).format(self.slider.name)
        return (*reading, *text_lines(hint, width, "dim", self.glyphs))
