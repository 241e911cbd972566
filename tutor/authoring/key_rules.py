"""Keys that the texts of lessons name, outside of the app: for the linter and `nntutor grade`."""

from __future__ import annotations

from tutor.course.problems import suggestion
from tutor.session.actions import ACTIONS

ALL_KEYS = ".all"
"""Ends the name of an action where all its keys are meant."""

LABELS = {f"{action.name}{end}": action.label for action in ACTIONS for end in ("", ALL_KEYS)}
"""What stands for keys where nobody knows the learner's."""


def unknown_action(name: str) -> str | None:
    """Say what is wrong with the name in `{key:NAME}`; None if nothing."""
    if name in LABELS:
        return None
    known = [action.name for action in ACTIONS]
    return f"there is no action `{name}`{suggestion(name.removesuffix(ALL_KEYS), known)}"
