"""The switch for the shapes at the ends of lines, which holds over starts."""

from __future__ import annotations

from pathlib import Path

from tutor.progress.shown_shapes import remember_shown_shapes
from tutor.session.words.key_names import guard
from tutor.ui.panes.code import CodePane

SHOWN = "Shapes are shown at the ends of lines. {key:run} puts them there."
HIDDEN = "Shapes are hidden. {key:shapes} shows them again."
NOT_SAVED = " That holds until the app ends: {reason}."


def switch_shapes(code: CodePane, data: Path) -> str:
    """Show or hide the shapes, also at the next start; return what to tell the learner."""
    shown = not code.shows_shapes
    code.show_shapes(shown=shown)
    words = SHOWN if shown else HIDDEN
    try:
        remember_shown_shapes(data, shown=shown)
    except OSError as error:
        words += guard(NOT_SAVED.format(reason=error.strerror or error))
    return words
