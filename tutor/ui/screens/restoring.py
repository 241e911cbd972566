"""Texts and places that the session gives back to the panes, and what is saved of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.course.kinds import kind_of
from tutor.progress.fold import Place
from tutor.session.state import State

if TYPE_CHECKING:
    from tutor.ui.screens.workspace import Workspace


def follow_runs(panes: Workspace, old: State, new: State) -> None:
    if old.activity is None and new.activity is not None and new.watched is not None:
        panes.screen.call_later(panes.show_answer_pane)
    if old.activity is not None and new.activity is None:
        panes.screen.call_later(panes.drawing_hold.end)
    if old.pad is None and new.pad is not None and panes.layout_state.pane == "lab":
        panes.screen.call_later(panes.goto, "pad")
    if new.watched is not old.watched:
        panes.code.let_edit(new.watched.path.name if new.watched else "")


def replace_text(panes: Workspace, state: State) -> None:
    """Load the session's new text into the editor, and show it if a key asked for it.

    If the step was just opened, undo does not go back before that.
    """
    step, replaced = state.step, state.replaced
    if step is None or replaced is None or step.id != replaced.step:
        return
    if kind_of(step).has_sliders:
        panes.lab.load(replaced.text)
    elif replaced.why == "opened":
        panes.code.load(step, replaced.text)
    elif replaced.why == "watched":
        panes.code.replace_source(replaced.text)
    else:
        panes.code.editor.reset_to(replaced.text)
        if replaced.why in ("solution", "earlier"):
            panes.goto("code")
        else:
            panes.show_answer_pane()


def place_in(panes: Workspace) -> Place | None:
    """Return the learner's place; None before the first step."""
    step, layout = panes.session.step, panes.layout_state
    if step is None:
        return None
    row, column = panes.code.editor.cursor_location if layout.display.keeps_cursor else (0, 0)
    # a wrong program is not restored at the next start
    pane = "code" if layout.is_guessing else layout.pane
    scroll = panes.code.editor.first_row if pane == "code" else panes.lesson.reading_row
    return Place(step.id, pane, row, column, scroll)


def return_to(panes: Workspace, place: Place) -> None:
    """Restore cursor, scroll position and pane of an earlier place in this step."""
    layout, in_code = panes.layout_state, place.pane == "code"
    if layout.display.keeps_cursor:
        panes.code.return_to(place.row, place.column, place.scroll if in_code else 0)
    if not in_code:
        panes.lesson.return_to(place.scroll)
    panes.goto(place.pane if place.pane in layout.names else layout.first_pane)
