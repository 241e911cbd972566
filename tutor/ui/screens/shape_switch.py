"""The switch for the shapes at the ends of lines, saved for later starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.progress.shown_shapes import remember_shown_shapes
from tutor.session.words.key_names import guard
from tutor.ui.commands import command

if TYPE_CHECKING:
    from tutor.ui.screens.lesson import LessonScreen

SHOWN = "Shapes are shown at the ends of lines. {key:run} puts them there."
HIDDEN = "Shapes are hidden. {key:shapes} shows them again."
NOT_SAVED = " That holds until the app ends: {reason}."


@command("shapes")
def switch_shapes(screen: LessonScreen) -> None:
    """Show or hide the shapes, save the choice, and notify the learner."""
    editor = screen.panes.code.editor
    shown = not editor.shows_shapes
    editor.show_shapes(shown)
    words = SHOWN if shown else HIDDEN
    try:
        remember_shown_shapes(screen.setup.places.data, shown=shown)
    except OSError as error:
        words += guard(NOT_SAVED.format(reason=error.strerror or error))
    screen.notify_learner(words)
