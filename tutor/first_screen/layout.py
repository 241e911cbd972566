"""Decide which panes are on screen, by terminal size, kind of step and focused pane.

Pure functions of a `LayoutState`, which only `workspace.py` stores. They must not touch widgets.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.kinds import KindOrNone, kind_name
from tutor.course.model import ASKING_VIEWS, LATE_VIEWS, VIEWS, Step
from tutor.first_screen.kinds import KINDS, Display, display_of, pane_names

MIN_MEDIUM_COLUMNS = 100
MIN_WIDE_COLUMNS = 160
"""Minimum columns of a medium or wide layout; see `size_of`."""

MIN_HIGH_ROWS = 40
"""Minimum rows for a question under its text, and for more rows in charts and the panes below the
code."""

TINY_BELOW = 20
"""Rows below which the editor gets most of them."""

Size = Literal["narrow", "medium", "wide"]
"""One pane at a time, two columns, or three."""

ABOVE = ("code", "quiz", "predict", "guess", "lab")
"""Panes in which a step is answered, or a wrong program is guessed about."""
TELLS_ITSELF = ("predict", "guess", "lab")
"""Panes of `ABOVE` that show the result of the program themselves."""
BELOW = ("verdict", "output", "hints")
"""Panes about the answer, one at a time, below the pane to answer in."""
CHARTS = (*VIEWS, "plot")
"""Panes that show a training. Two are on screen at once: the curve and one more."""


class LayoutState(Struct, frozen=True):
    """Everything that decides which panes are on screen, and which of them has the focus."""

    size: Size
    kind: KindOrNone
    names: tuple[str, ...]
    """Names of the step's panes, in the order of their numbers."""
    pane: str
    """Pane that the learner looks at."""
    above: str = ""
    """Pane of `ABOVE` that was looked at last; "" before any was."""
    below: str = ""
    """Pane of `BELOW` that is shown there; "" if none is."""
    has_content: bool = False
    """True once there is anything about the answer: a verdict, output or a hint."""
    verdict: tuple[int, ...] = ()
    """Lengths of the paragraphs of the newest verdict."""
    has_trouble: bool = False
    """True if the output explains why no program can be run."""
    filled: frozenset[str] = frozenset()
    """Views that have content of the newest run."""
    trouble_in_model: bool = False
    """True if the model pane says why the newest run did not learn, once that is over."""
    chart: str = ""
    """Pane of `CHARTS` beside the curve that was looked at last; "" before any was."""
    paused: bool = False
    """True if the program waits at a phase of its training."""
    tiny: bool = False
    """True if the terminal has fewer than `TINY_BELOW` rows."""
    high: bool = False
    """True with at least `MIN_HIGH_ROWS`, enough for text, quiz and verdict in one column."""
    figures: bool = False
    """True if the step's text has figures."""
    zoomed: bool = False
    """True if the learner asked for one pane alone."""
    quiet: bool = False
    """True if the pane below is hidden, because the learner zoomed since its last change."""

    @property
    def has_text(self) -> bool:
        """True if there is a text beside the work, as in every step of a lesson."""
        return "lesson" in self.names

    @property
    def is_guessing(self) -> bool:
        """True if the current pane asks about a wrong program."""
        return self.pane == "guess"

    @property
    def first_answer(self) -> str:
        """First pane to answer the step in; the lesson if there is none."""
        return next((name for name in self.names if name in ABOVE), "lesson")

    @property
    def first_pane(self) -> str:
        """Pane at which a step begins: the text in a one-pane layout, else the answer."""
        return "lesson" if self.single and self.has_text else self.first_answer

    @property
    def answer_pane(self) -> str:
        """Pane of `ABOVE` that is on screen if any is; "" if the step has none."""
        if self.pane in ABOVE:
            return self.pane
        return self.above or next((name for name in self.names if name in ABOVE), "")

    @property
    def has_charts(self) -> bool:
        """Return True if there is a place for charts: around code, or if a question names some."""
        return self.display.has_charts or not set(CHARTS).isdisjoint(self.names)

    @property
    def has_losses(self) -> bool:
        """True if the newest run has recorded losses."""
        return "loss" in self.filled

    @property
    def single(self) -> bool:
        """Return True if one pane is shown at a time."""
        return self.zoomed or self.size == "narrow"

    @property
    def display(self) -> Display:
        """The row of the table of kinds with this step's layout."""
        return KINDS[self.kind]

    @property
    def charts_in_column(self) -> bool:
        """True if charts stand above each other in a column of their own."""
        return self.size == "wide" or self.display.has_large_charts

    @property
    def chart_beside(self) -> str:
        """The chart beside a single lab; "" if none is."""
        is_alone = self.zoomed or not self.display.has_large_charts
        if is_alone or not self.single or self.collapsed_below:
            return ""
        if self.pane not in ABOVE:
            return self.pane if self.pane in CHARTS else ""
        wanted = (self.chart, "map", "surface", "loss", *CHARTS)
        return next((name for name in wanted if name in self.names), "")

    @property
    def single_column(self) -> bool:
        """Return True if text, question and verdict share one column, as on a page."""
        roomy = self.size == "wide" and self.high and not self.has_charts
        return roomy and self.display.is_question and not self.figures and not self.zoomed

    @property
    def collapsed_below(self) -> bool:
        """Return True if the pane below is shown in a few lines, under the single pane."""
        tells_itself = self.pane in TELLS_ITSELF
        leaves_room = self.pane in ABOVE and (not tells_itself or self.below == "hints")
        return self.single and not self.quiet and leaves_room and self.has_content

    @property
    def is_empty_below(self) -> bool:
        """Return True if the pane below code only shows the text that it is empty."""
        is_first = self.below == self.display.first_below
        says_something = self.has_content or self.has_trouble
        return self.display.has_charts and is_first and not says_something

    @property
    def curve_beside(self) -> bool:
        """Return True if the loss curve is shown beside the output below."""
        has_curve = self.has_losses and "loss" in self.names
        return self._output_below and has_curve and not self.tensors_below

    @property
    def tensors_below(self) -> bool:
        """Return True if Tensors replaces the output below, to show what a phase did."""
        return self._output_below and "tensors" in self.filled and self.paused

    @property
    def second_chart(self) -> str:
        """The chart beside the curve, or below it; "" if the step has none.

        It is the one looked at last, or else the most telling one that the run has.
        """
        others = [name for name in CHARTS if name != "loss" and name in self.names]
        if self.chart in others:
            return self.chart
        telling = ("pad", "plot", "surface", *(["model"] if self.trouble_in_model else []), "map")
        first = [name for name in telling if name in self.filled]
        return next((name for name in (*first, "tensors", *others) if name in others), "")

    @property
    def _output_below(self) -> bool:
        return self.collapsed_below and self.below == "output"


def size_of(width: int) -> Size:
    """Return the size class of a terminal of `width` columns."""
    if width >= MIN_WIDE_COLUMNS:
        return "wide"
    return "medium" if width >= MIN_MEDIUM_COLUMNS else "narrow"


def layout_size(names: Collection[str], width: int) -> Size:
    """Return the size class for these panes: without a text, two columns have room for charts."""
    size = size_of(width)
    return "wide" if size == "medium" and "lesson" not in names else size


def visible_panes(layout: LayoutState) -> frozenset[str]:
    """Return the names of the panes that are on screen."""
    if layout.single:
        if layout.tensors_below:
            return frozenset({layout.pane, "tensors"})
        below = {layout.below} if layout.collapsed_below else set()
        beside = {layout.chart_beside} - {""} | ({"loss"} if layout.curve_beside else set())
        first = layout.answer_pane if layout.pane in beside else layout.pane
        return frozenset({first} | below | beside)
    shown = {"lesson", layout.answer_pane} & set(layout.names)
    wanted = layout.has_content or layout.display.has_charts or layout.pane == layout.below
    charts = _charts(layout) if layout.has_charts and not _is_drawer_needless(layout) else set()
    if layout.below in layout.names and wanted and not (charts and _tells_output(layout)):
        shown.add(layout.below)
    shown |= charts
    return frozenset(shown)


def _tells_output(layout: LayoutState) -> bool:
    """Return True if the pane to answer in shows the output, and needs the rows of Output."""
    is_elsewhere = layout.below == "output" and layout.pane != "output"
    is_short = layout.size == "medium" or layout.display.has_large_charts
    return is_short and is_elsewhere and layout.answer_pane in TELLS_ITSELF


def _charts(layout: LayoutState) -> set[str]:
    """Return the charts on screen, two at most: the one looked at, then those with data.

    A wide screen has a place for two even before they have any, but not beside a question. A plot,
    pad or surface comes before the curve, since the program has asked for it.
    """
    second = layout.second_chart
    called = layout.filled & {"plot", "pad", "surface"}
    roomy = layout.charts_in_column and layout.display.has_charts and not called
    is_told = second in layout.filled and (layout.has_losses or layout.below == "output")
    wanted = [layout.pane] if layout.pane in CHARTS else []
    wanted += [second] if second in called else []
    wanted += ["loss"] if layout.has_losses or roomy else []
    wanted += [second] if is_told or roomy else []
    return set([name for name in dict.fromkeys(wanted) if name in layout.names][:2])


def has_scrubber(layout: LayoutState) -> bool:
    """Return True if a row below the charts moves them all to a step of the run."""
    charts = visible_panes(layout).intersection(CHARTS) - {"pad"}
    return layout.has_losses and bool(charts) and not layout.collapsed_below


def charts_of(layout: LayoutState) -> tuple[str, ...]:
    """Return the charts on screen, in their order."""
    shown = visible_panes(layout)
    return tuple(name for name in CHARTS if name in shown)


def asks_beside_text(layout: LayoutState) -> bool:
    """Return True if the question is on screen together with the text that ends with it."""
    shown = visible_panes(layout)
    return "lesson" in shown and not shown.isdisjoint(("quiz", "predict"))


def shown_with_data(layout: LayoutState, step: Step | None) -> frozenset[str]:
    """Return the visible views that ask a run for data, assuming it has data for all."""
    has_all = step is not None and layout.display.has_charts and not step.views
    may_have = LATE_VIEWS if has_all else ()
    names = (*layout.names, *(view for view in may_have if view not in layout.names))
    full = replace(layout, names=names, filled=layout.filled.union(ASKING_VIEWS, ("loss",)))
    return visible_panes(full).intersection(ASKING_VIEWS)


def _is_drawer_needless(layout: LayoutState) -> bool:
    """Return True if a guess needs the rows of the charts, which are of another run."""
    guessing = layout.size == "medium" and layout.answer_pane == "guess"
    return guessing and layout.pane not in CHARTS


def opening_layout(step: Step | None, columns: int, rows: int) -> LayoutState:
    """Return the layout in which a step opens, on a terminal of this size."""
    names, display = pane_names(step), display_of(step)
    views = step.views if step is not None and display.has_large_charts else ()
    return LayoutState(
        size=layout_size(names, columns),
        kind=kind_name(step),
        names=names,
        pane=names[0],
        chart=next(iter(views), ""),
        below=display.first_below,
        figures=bool(step and step.figures),
        tiny=rows < TINY_BELOW,
        high=rows >= MIN_HIGH_ROWS,
    )


def first_panes(step: Step, columns: int, rows: int) -> frozenset[str]:
    """Return the panes that are on screen when the step opens, and all panes to answer in.

    These are mounted first, so that the learner can begin before the others are there.
    """
    layout = opening_layout(step, columns, rows)
    return visible_panes(layout) | set(ABOVE).intersection(layout.names)


def has_tabs(layout: LayoutState) -> bool:
    """Return True if a tab strip names the panes, of which one is shown at a time."""
    return layout.single and not layout.zoomed and len(layout.names) > 1


def neighbour(layout: LayoutState, delta: int) -> str:
    """Return the pane `delta` places further, going round.

    If one pane is shown at a time, all count; else those on screen and those to answer in.
    """
    shown = visible_panes(layout)
    reachable = shown | set(ABOVE)
    names = layout.names if layout.single else tuple(n for n in layout.names if n in reachable)
    index = names.index(layout.pane) if layout.pane in names else 0
    return names[(index + delta) % len(names)]
