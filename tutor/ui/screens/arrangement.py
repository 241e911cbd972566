"""Which panes are on screen, by width, kind of step and what the learner looks at. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tutor.course.model import CodeStep, QuizStep, ReadStep, Step
from tutor.ui.actions import StepKind

SMALLEST = (60, 16)
"""Columns and rows below which nothing useful fits."""

MEDIUM_FROM = 100
WIDE_FROM = 160

HIGH_FROM = 40
"""Rows from which a quiz may stand under its text."""

TINY_BELOW = 20
"""Rows below which the editor needs most of them."""

Size = Literal["narrow", "medium", "wide"]

ABOVE = ("code", "quiz")
BELOW = ("verdict", "output", "hints")
CHARTS = ("loss", "tensors")


class Look(Struct, frozen=True):
    """All that decides which panes are shown."""

    size: Size
    kind: StepKind
    names: tuple[str, ...]
    """The step's panes in the order of their numbers."""
    pane: str
    """The one that the learner looks at."""
    below: str = ""
    """The one of verdict, output and hints that stands below the code or quiz."""
    told: bool = False
    """Whether that one has something to say yet."""
    losses: bool = False
    tensors: bool = False
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
    def stacked(self) -> bool:
        """Whether a quiz stands under its text, as on a page: where there is room for both."""
        roomy = self.size == "wide" and self.high
        return roomy and self.kind == "quiz" and not self.figures and not self.zoomed

    @property
    def peeking(self) -> bool:
        """Whether a few lines of another pane stand below the single one."""
        return self.single and not self.quiet and self.pane in ABOVE and self.told

    @property
    def peeking_at_curve(self) -> bool:
        """Whether the curve of a run stands there too, beside its output."""
        return self.peeking and self.losses and self.below == "output"


def size_of(width: int) -> Size:
    """The layout for a width in columns."""
    if width >= WIDE_FROM:
        return "wide"
    return "medium" if width >= MEDIUM_FROM else "narrow"


def too_small(width: int, height: int) -> bool:
    """Whether the terminal is smaller than what is needed."""
    return width < SMALLEST[0] or height < SMALLEST[1]


def kind_of(step: Step | None) -> StepKind:
    """The kind of a step, as the table of actions names it."""
    if isinstance(step, CodeStep):
        return "code"
    if isinstance(step, QuizStep):
        return "quiz"
    return "read" if isinstance(step, ReadStep) else "none"


def pane_names(step: Step | None) -> tuple[str, ...]:
    """The panes of a step, in the order of their numbers."""
    if not isinstance(step, CodeStep | QuizStep):
        return ("lesson",)
    hints = ("hints",) if step.hints else ()
    if isinstance(step, QuizStep):
        return ("lesson", "quiz", "verdict", *hints)
    return ("lesson", "code", "verdict", "output", "loss", "tensors", *hints)


def first_below(kind: StepKind) -> str:
    """What stands below the code or quiz before anything has happened."""
    return {"code": "output", "quiz": "verdict"}.get(kind, "")


def visible_panes(look: Look) -> frozenset[str]:
    """The panes that have room."""
    if look.single:
        peek = {look.below} if look.peeking else set()
        return frozenset({look.pane} | peek | ({"loss"} if look.peeking_at_curve else set()))
    shown = {name for name in look.names if name == "lesson" or name in ABOVE}
    if look.below in look.names and (look.told or look.kind == "code"):
        shown.add(look.below)
    if look.kind == "code":
        wide = look.size == "wide"
        shown |= {"loss"} if look.losses or wide else set()
        worth = look.tensors and (look.losses or look.below == "output")
        shown |= {"tensors"} if worth or wide else set()
        shown |= {look.pane} & set(CHARTS)
    return frozenset(shown)


def neighbour(look: Look, by: int) -> str:
    """The pane that F6 goes to: of all where one is shown at a time, else of those on screen."""
    shown = visible_panes(look)
    names = look.names if look.single else tuple(n for n in look.names if n in shown)
    at = names.index(look.pane) if look.pane in names else 0
    return names[(at + by) % len(names)]
