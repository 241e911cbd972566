"""The pane Graph: the operations of the last loss, from the loss back to the leaves."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.graph_text import EMPTY, graph_lines, graph_words
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane, draw_events
from tutor.ui.stable_static import StableStatic
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.ui.words import inline
from tutor.wire.graphs import GraphDescribed


class GraphPane(Pane):
    """A sentence about the graph, and a row for each operation and leaf."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("graph", timeline, marks=marks)
        self._words = StableStatic("", id="graph-words")
        self._rows = StableStatic("", id="graph-rows")
        self._scroll = VerticalScroll(self._rows, id="graph-scroll")
        self._drawing = ThrottledDrawing(self, self._draw_graph)

    def compose(self) -> ComposeResult:
        yield self._words
        yield self._scroll

    def focus_target(self) -> Widget:
        return self._scroll

    def draw(self, old: State | None, new: State) -> None:
        draw_events(self._drawing, old, new, (GraphDescribed,))

    def _draw_graph(self) -> None:
        graph = self._timeline.current.graph
        words = EMPTY if graph is None else graph_words(graph)
        self._words.update_if_changed(inline(self.marks.transcribe(words)))
        rows = "\n".join(graph_lines(graph)) if graph is not None else ""
        self._rows.update_if_changed(Content(self.marks.transcribe(rows)))
