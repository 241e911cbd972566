"""The pane Plot: the program's matplotlib plots, drawn in characters."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.plot_text import heading, no_plot_words, note_words
from tutor.ui.charts.plot import PlotView
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.stable_static import StableStatic
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.wire.events import FiguresKept, PlotsDrawn

PICK_KEYS = "[ ]: another one"
PICTURE_KEY = "{key:picture}: picture"


class PlotPane(Pane):
    """The plots of the newest run: the last figure, or the selected one, whole or plot by plot."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("plot", timeline, marks=marks)
        self._line = StableStatic("", one_row=True, id="plot-line")
        self._view = PlotView(marks=marks, id="plot-view")
        self._keys = StableStatic("", one_row=True, classes="pane-keys")
        self._picked: int | None = None
        """Index of the selection among all; None for the last figure."""
        self._run = -1
        self._drawing = ThrottledDrawing(self, self._draw_plots)

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._view
        yield self._keys

    def draw(self, old: State | None, new: State) -> None:
        kinds = (PlotsDrawn, FiguresKept)
        if (
            old is not None
            and old.version_of(*kinds) == new.version_of(*kinds)
            and old.activity is new.activity
            and old.ending is new.ending
        ):
            return
        if new.last_run != self._run:
            self._run, self._picked = new.last_run, None
        if new.activity is None:
            self._drawing.now()
        else:
            self._drawing.soon()

    def focus_target(self) -> Widget:
        return self._view

    @property
    def figure_number(self) -> int:
        figures = self._timeline.current.figures
        plots = self._plots()
        return figures[plots[self._place(plots)][0]].number if plots else 0

    @on(PlotView.Picked)
    def _pick(self, message: PlotView.Picked) -> None:
        message.stop()
        plots = self._plots()
        if len(plots) > 1:
            self._picked = (self._place(plots) + message.delta) % len(plots)
            self._drawing.now()

    def _plots(self) -> list[tuple[int, int | None]]:
        """Return what can be selected: each figure, and each of its plots if there are several.

        Each is the index of a figure and that of a plot in it, or None for all of its plots.
        """
        plots: list[tuple[int, int | None]] = []
        for index, figure in enumerate(self._timeline.current.figures):
            several = range(len(figure.axes)) if len(figure.axes) > 1 else ()
            plots += [(index, None), *((index, each) for each in several)] if figure.axes else []
        return plots

    def _place(self, plots: Sequence[tuple[int, int | None]]) -> int:
        if self._picked is not None:
            return min(self._picked, len(plots) - 1)
        return plots.index((plots[-1][0], None))

    def _draw_plots(self) -> None:
        plots = self._plots()
        if not plots:
            self._line.display = False
            empty = self.marks.transcribe(no_plot_words(self.session))
            self._view.show_plots((), (), empty=empty)
            self.show_keys(self._keys, ())
            return
        figure, field = plots[self._place(plots)]
        figures = self._timeline.current.figures
        words = heading(figures, figure, field)
        self._line.update_if_changed(words)
        self._line.display = bool(words)
        every = figures[figure].axes
        shown = every if field is None else every[field : field + 1]
        texts = [self.marks.transcribe(self.marks.fill(note_words(axes))) for axes in shown]
        self._view.show_plots(shown, texts)
        picture = PICTURE_KEY if self._timeline.current.kept_figures else ""
        keys = [PICK_KEYS if len(plots) > 1 else "", self.marks.fill(picture)]
        self.show_keys(self._keys, [*filter(None, keys)])
