"""Compares two states to find the panes with unread content, and the one to show."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tutor.session.state import State
from tutor.ui.views import VIEWS


def should_focus(old: State, new: State) -> bool:
    """Return True if a pane below the answer has something that must be seen at once."""
    for activity in (old.activity, new.activity):
        if activity is not None and activity.kind == "experiment":
            return False  # its pane shows the result
    return (
        old.latest != new.latest
        or (old.activity is not new.activity and (old.activity is None or new.activity is None))
        or old.hints != new.hints
    )


def unread_panes(old: State, new: State, before: AbstractSet[str]) -> frozenset[str]:
    """Return the panes with unread content; `before` are the unread panes so far.

    A new step begins without any.
    """
    unread = set(before) if old.step is new.step else set()
    unread.update(view.name for view in VIEWS if view.has_new_content(old, new))
    return frozenset(unread)
