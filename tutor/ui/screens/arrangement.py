"""Which panes are on screen, by width, kind of step and what the learner looks at. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tutor.course.model import Step
from tutor.session.actions import KindOrNone
from tutor.session.kinds import kind_name
from tutor.ui.kinds import KINDS, Display, display_of, pane_names

MEDIUM_FROM = 100
WIDE_FROM = 160

HIGH_FROM = 40
"""Rows from which a quiz may stand under its text."""

LOW_BELOW = 34
"""Rows below which charts and what stands below the code are lower."""

TINY_BELOW = 20
"""Rows below which the editor needs most of them."""

Size = Literal["narrow", "medium", "wide"]

ABOVE = ("code", "quiz", "predict")
BELOW = ("verdict", "output", "hints")
CHARTS = ("loss", "tensors")


class Look(Struct, frozen=True):
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
    told: bool = False
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
    def stacked(self) -> bool:
        """Whether a question stands under its text, as on a page: where there is room for both."""
        roomy = self.size == "wide" and self.high
        return roomy and self.display.is_question and not self.figures and not self.zoomed

    @property
    def peeking(self) -> bool:
        """Whether a few lines of another pane stand below the single one."""
        # a predict pane says itself what came out
        peeks = self.pane in ABOVE and (self.pane != "predict" or self.below == "hints")
        return self.single and not self.quiet and peeks and self.told

    @property
    def peeking_at_curve(self) -> bool:
        """Whether the curve of a run stands there too, beside its output."""
        return self.peeking and self.losses and self.below == "output"


def size_of(width: int) -> Size:
    """The layout for a width in columns."""
    if width >= WIDE_FROM:
        return "wide"
    return "medium" if width >= MEDIUM_FROM else "narrow"


def told_of_rows(height: int) -> dict[str, bool]:
    """What a Look says of the rows of the terminal."""
    return {"tiny": height < TINY_BELOW, "low": height < LOW_BELOW, "high": height >= HIGH_FROM}


def visible_panes(look: Look) -> frozenset[str]:
    """The panes that have room."""
    if look.single:
        peek = {look.below} if look.peeking else set()
        return frozenset({look.pane} | peek | ({"loss"} if look.peeking_at_curve else set()))
    shown = {"lesson"} | ({_above(look)} & set(look.names))
    wanted = look.told or look.display.has_charts or look.pane == look.below
    if look.below in look.names and wanted:
        shown.add(look.below)
    if look.display.has_charts:
        wide = look.size == "wide"
        shown |= {"loss"} if look.losses or wide else set()
        worth = look.tensors and (look.losses or look.below == "output")
        shown |= {"tensors"} if worth or wide else set()
        shown |= {look.pane} & set(CHARTS)
    return frozenset(shown)


def first_panes(step: Step, width: int) -> frozenset[str]:
    """Those that are on screen when it opens, and the one to answer in."""
    names = pane_names(step)
    look = Look(
        size=size_of(width),
        kind=kind_name(step),
        names=names,
        pane="lesson",
        below=display_of(step).first_below,
    )
    return visible_panes(look) | set(ABOVE).intersection(names)


def has_tabs(look: Look) -> bool:
    """Whether a strip names the other panes."""
    return look.single and not look.zoomed and len(look.names) > 1


def neighbour(look: Look, by: int) -> str:
    """The pane that F6 goes to: of all where one is shown at a time, else of those on screen."""
    shown = visible_panes(look)
    reached = shown | set(ABOVE)
    names = look.names if look.single else tuple(n for n in look.names if n in reached)
    at = names.index(look.pane) if look.pane in names else 0
    return names[(at + by) % len(names)]


def _above(look: Look) -> str:
    """The pane to answer in that has the room: a predict step has two."""
    names = [name for name in look.names if name in ABOVE]
    if look.pane in names:
        return look.pane
    return look.above if look.above in names else next(iter(names), "")
