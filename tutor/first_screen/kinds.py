"""The table of kinds of step: the panes of each kind, and their layout.

The tables of kinds in course, grading and session have the content of such a step, its judging and
its behaviour. This one is plain data and imports no pane, so that a first frame can use it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tutor.course.kinds import KindOrNone, kind_name
from tutor.course.model import LATE_VIEWS, VIEWS, Step

NEXT = "{key:next_step} goes on to the next step."


class Display(Struct, frozen=True, kw_only=True):
    """Panes and layout of one kind of step."""

    panes: tuple[str, ...] = ("lesson",)
    """Names of its panes, in the order of their numbers."""
    only_filled: frozenset[str] = frozenset()
    """Panes that a step has only if it has content for them."""
    first_below: str = ""
    """Pane below the one to answer in, before anything has happened; "" if there is none."""

    is_page: bool = False
    """True for a page of text, no wider than is easy to read."""
    is_question: bool = False
    """True for a layout around a question, which may be placed under the text."""
    has_charts: bool = False
    """True for a layout around code, with its output always visible and a place for charts. A
    question has only the charts that its step names."""

    has_large_charts: bool = False
    """Laid out with the charts at the right, larger than all else."""

    keeps_cursor: bool = False
    """True if the place saved for the next start includes the cursor in the code."""
    counts_checks: bool = False
    """True if a verdict counts the passed checks, and names them. For a question that would be the
    answer."""

    still_open: str = ""
    """Label on the start screen of a step that has not been judged yet."""
    next_here: str = NEXT
    """Next action while the text has the focus; `{key:…}` is replaced by a key."""
    next_away: str = NEXT
    """Next action while another pane has the focus."""


KINDS: Mapping[KindOrNone, Display] = {
    "none": Display(),
    "read": Display(is_page=True, still_open="still to be read"),
    "quiz": Display(
        panes=("lesson", "quiz", "verdict", "hints"),
        only_filled=frozenset({"hints"}),
        first_below="verdict",
        is_question=True,
        still_open="not answered yet",
        next_here="{key:next_pane} goes to the answers.",
        next_away="Enter or {key:check} checks the answer.",
    ),
    "predict": Display(
        panes=("lesson", "predict", "code", "output", *VIEWS, "hints"),
        only_filled=frozenset({"code", "hints"}),
        first_below="output",
        is_question=True,
        still_open="not answered yet",
        next_here="{key:next_pane} goes to the question.",
        next_away="Enter or {key:run} runs the program.",
    ),
    "code": Display(
        panes=("lesson", "code", "verdict", "output", *VIEWS, "hints"),
        first_below="output",
        has_charts=True,
        keeps_cursor=True,
        counts_checks=True,
        still_open="not checked yet",
        next_here="{key:next_pane} goes to the code, {key:check} checks it.",
        next_away="{key:check} checks the code.",
    ),
    "order": Display(
        panes=("lesson", "code", "verdict", "output", *VIEWS, "hints"),
        first_below="output",
        has_charts=True,
        keeps_cursor=True,
        counts_checks=True,
        still_open="not checked yet",
        next_here="{key:next_pane} goes to the lines, {key:check} checks their order.",
        next_away="{key:check} checks the order.",
    ),
    "lab": Display(
        panes=("lesson", "lab", "output", *VIEWS, "hints"),
        only_filled=frozenset({"hints"}),
        first_below="output",
        has_charts=True,
        has_large_charts=True,
        still_open="no goal reached yet",
        next_here="{key:next_pane} goes to the sliders.",
        next_away="Left and Right move a slider.",
    ),
    "try": Display(
        panes=("code", "output", *VIEWS, "plot"),
        first_below="output",
        has_charts=True,
        keeps_cursor=True,
    ),
}


def display_of(step: Step | None) -> Display:
    """Return the row for the step; None means a screen without a step."""
    return KINDS[kind_name(step)]


def pane_names(step: Step | None) -> tuple[str, ...]:
    """Return the names of the step's panes, in the order of their numbers."""
    display = display_of(step)
    if step is None:
        return display.panes
    filled = {"code": bool(step.scaffold.strip()), "hints": bool(step.hints)}
    has_all = display.has_charts and not step.views
    left_out = {view for view in VIEWS if not has_all and view not in step.views}
    left_out |= set(LATE_VIEWS) - set(step.views)  # until a run has data for them
    left_out |= {name for name in display.only_filled if not filled[name]}
    return tuple(name for name in display.panes if name not in left_out)
