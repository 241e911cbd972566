"""Which panes are on screen, by width, kind of step and what the learner looks at. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tutor.course.model import Step
from tutor.session.actions import KindOrNone
from tutor.session.kinds import kind_name
from tutor.ui.kinds import KINDS, Display, display_of, pane_names

MIN_MEDIUM_COLUMNS = 100
MIN_WIDE_COLUMNS = 160

MIN_HIGH_ROWS = 40
"""Rows from which a quiz may stand under its text."""

LOW_BELOW = 34
"""Rows below which charts and what stands below the code are lower."""

TINY_BELOW = 20
"""Rows below which the editor needs most of them."""

Size = Literal["narrow", "medium", "wide"]

ABOVE = ("code", "quiz", "predict")
BELOW = ("verdict", "output", "hints")
CHARTS = ("loss", "tensors")


class LayoutState(Struct, frozen=True):
    """All that decides which panes are shown."""

    size: Size
    kind: KindOrNone
    names: tuple[str, ...]
    """The step's panes in the order of their numbers."""
    pane: str
    """The one that the learner looks at."""
    above: str = ""
    """The one of the panes to answer in that was looked at last, where there are two."""
    below: str = ""
    """The one of verdict, output and hints that stands below the code or quiz."""
    has_content: bool = False
    """Whether that one has something to say yet."""
    losses: bool = False
    tensors: bool = False
    tiny: bool = False
    """Whether the terminal has so few rows that the editor needs most of them."""
    low: bool = False
    """Whether it has few."""
    high: bool = False
    """Whether there are rows enough for text, quiz and verdict below each other."""
    figures: bool = False
    """Whether the step's text has some."""
    zoomed: bool = False
    quiet: bool = False
    """Whether the pane has been given all the room since the one below it said something."""

    @property
    def single(self) -> bool:
        """Whether one pane has the screen, with a tab strip to the others."""
        return self.zoomed or self.size == "narrow"

    @property
    def display(self) -> Display:
        """What is on screen for the kind of step."""
        return KINDS[self.kind]

    @property
    def single_column(self) -> bool:
        """Whether a question stands under its text, as on a page: where there is room for both."""
        roomy = self.size == "wide" and self.high
        return roomy and self.display.is_question and not self.figures and not self.zoomed

    @property
    def collapsed_below(self) -> bool:
        """Whether a few lines of another pane stand below the single one."""
        # a predict pane says itself what came out
        leaves_room = self.pane in ABOVE and (self.pane != "predict" or self.below == "hints")
        return self.single and not self.quiet and leaves_room and self.has_content

    @property
    def curve_beside(self) -> bool:
        """Whether the curve of a run stands there too, beside its output."""
        return self.collapsed_below and self.losses and self.below == "output"


def size_of(width: int) -> Size:
    """The layout for a width in columns."""
    if width >= MIN_WIDE_COLUMNS:
        return "wide"
    return "medium" if width >= MIN_MEDIUM_COLUMNS else "narrow"


def height_flags(height: int) -> dict[str, bool]:
    """What a Look says of the rows of the terminal."""
    return {"tiny": height < TINY_BELOW, "low": height < LOW_BELOW, "high": height >= MIN_HIGH_ROWS}


def visible_panes(layout: LayoutState) -> frozenset[str]:
    """The panes that have room."""
    if layout.single:
        below = {layout.below} if layout.collapsed_below else set()
        return frozenset({layout.pane} | below | ({"loss"} if layout.curve_beside else set()))
    shown = {"lesson"} | ({_answer_pane(layout)} & set(layout.names))
    wanted = layout.has_content or layout.display.has_charts or layout.pane == layout.below
    if layout.below in layout.names and wanted:
        shown.add(layout.below)
    if layout.display.has_charts:
        wide = layout.size == "wide"
        shown |= {"loss"} if layout.losses or wide else set()
        has_tensors = layout.tensors and (layout.losses or layout.below == "output")
        shown |= {"tensors"} if has_tensors or wide else set()
        shown |= {layout.pane} & set(CHARTS)
    return frozenset(shown)


def first_panes(step: Step, width: int) -> frozenset[str]:
    """Those that are on screen when it opens, and the one to answer in."""
    names = pane_names(step)
    layout = LayoutState(
        size=size_of(width),
        kind=kind_name(step),
        names=names,
        pane="lesson",
        below=display_of(step).first_below,
    )
    return visible_panes(layout) | set(ABOVE).intersection(names)


def has_tabs(layout: LayoutState) -> bool:
    """Whether a strip names the other panes."""
    return layout.single and not layout.zoomed and len(layout.names) > 1


def neighbour(layout: LayoutState, delta: int) -> str:
    """The pane that F6 goes to: of all where one is shown at a time, else of those on screen."""
    shown = visible_panes(layout)
    reachable = shown | set(ABOVE)
    names = layout.names if layout.single else tuple(n for n in layout.names if n in reachable)
    index = names.index(layout.pane) if layout.pane in names else 0
    return names[(index + delta) % len(names)]


def _answer_pane(layout: LayoutState) -> str:
    """The pane to answer in that has the room: a predict step has two."""
    candidates = [name for name in layout.names if name in ABOVE]
    if layout.pane in candidates:
        return layout.pane
    return layout.above if layout.above in candidates else next(iter(candidates), "")
