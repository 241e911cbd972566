"""Keys that texts of lessons name as `{key:NAME}`, outside of the app.

For the linter, and for `nntutor grade`, which does not know the learner's keys.
"""

from __future__ import annotations

from tutor.course.problems import suggestion
from tutor.session.commands import COMMANDS

ALL_KEYS = ".all"
"""Suffix of a command's name that means all its keys."""

LABELS = {f"{row.name}{end}": row.label for row in COMMANDS for end in ("", ALL_KEYS)}
"""Labels of commands, which replace their keys if the learner's are unknown."""


def unknown_action(name: str) -> str | None:
    """Return what is wrong with the name in `{key:NAME}`; None if it is valid."""
    if name in LABELS:
        return None
    known = [command.name for command in COMMANDS]
    return f"there is no action `{name}`{suggestion(name.removesuffix(ALL_KEYS), known)}"
