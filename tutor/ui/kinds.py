"""The kinds of step, one row each: what is on screen for a step of the kind, and how it is laid
out.

What such a step has stands in the rows of the course, what happens on it in those of the session.
Plain data, so that a first frame can have it.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tutor.course.model import Step
from tutor.session.actions import KindOrNone
from tutor.session.kinds import kind_name

NEXT = "{key:next_step} goes on to the next step."


class Display(Struct, frozen=True, kw_only=True):
    """What is on screen for steps of a kind."""

    panes: tuple[str, ...] = ("lesson",)
    """In the order of their numbers."""
    only_filled: frozenset[str] = frozenset()
    """Those that a step has only if there is something of its own in them."""
    first_below: str = ""
    """What stands below the pane to answer in, before anything has happened."""

    is_page: bool = False
    """Laid out as a page, with the text as wide as it is read with ease."""
    is_question: bool = False
    """Laid out around a question, which may stand under the text."""
    has_charts: bool = False
    """Laid out around code, with its output always in sight and a place for charts."""

    keeps_cursor: bool = False
    """The place where the learner was is one in the code, too."""
    counts_checks: bool = False
    """A verdict tells how many checks hold, and which: of a question that would be the answer."""

    still_open: str = ""
    """What the start says of a step that has not been judged yet."""
    next_here: str = NEXT
    """What to do next, where keys act on the text."""
    next_away: str = NEXT
    """The same where they act on the answer."""


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
        panes=("lesson", "predict", "code", "output", "hints"),
        only_filled=frozenset({"code", "hints"}),
        first_below="output",
        is_question=True,
        still_open="not answered yet",
        next_here="{key:next_pane} goes to the question.",
        next_away="Enter or {key:run} runs the program.",
    ),
    "code": Display(
        panes=("lesson", "code", "verdict", "output", "loss", "tensors", "hints"),
        first_below="output",
        has_charts=True,
        keeps_cursor=True,
        counts_checks=True,
        still_open="not checked yet",
        next_here="{key:next_pane} goes to the code, {key:check} checks it.",
        next_away="{key:check} checks the code.",
    ),
}


def display_of(step: Step | None) -> Display:
    """Return what is on screen for the step."""
    return KINDS[kind_name(step)]


def pane_names(step: Step | None) -> tuple[str, ...]:
    """Return the panes of the step, in the order of their numbers."""
    display = display_of(step)
    if step is None:
        return display.panes
    filled = {"code": bool(step.scaffold.strip()), "hints": bool(step.hints)}
    return tuple(name for name in display.panes if name not in display.only_filled or filled[name])
