"""Shows one figure of the course, drawn in characters. For panes that show a step.

Height follows from the content; nothing is clipped from 40 columns on.
"""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.figures import FIGURES
from tutor.ui.widgets.figure_canvas import Line
from tutor.ui.widgets.figure_parts import figure_lines
from tutor.ui.widgets.glyphs import GlyphName


class Figure(Widget):
    """The figure of that name. Raises KeyError if there is none."""

    DEFAULT_CSS = """
    Figure {
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

    glyphs: reactive[GlyphName] = reactive[GlyphName]("unicode", layout=True)

    def __init__(
        self,
        figure: str,
        *,
        glyphs: GlyphName = "unicode",
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.figure = FIGURES[figure]
        self.set_reactive(Figure.glyphs, glyphs)

    def lines(self, width: int) -> tuple[Line, ...]:
        """The drawing in `width` columns."""
        return figure_lines(self.figure, width, self.glyphs)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the drawing has in that width."""
        return len(self.lines(width))

    def render(self) -> Content:
        """The drawing, in the colours of the theme."""
        return Content("\n").join(
            Content.assemble(
                *((text, self.get_visual_style(f"figure--{ink}")) for text, ink in line)
            )
            for line in self.lines(self.content_size.width)
        )
