"""Decide from two states which panes have something unread, and when one should be shown."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tutor.session.state import State
from tutor.ui.views import VIEWS


def should_focus(old: State, new: State) -> bool:
    """Return True if a pane below the answer has something new that should be seen at once."""
    for activity in (old.activity, new.activity):
        if activity is not None and activity.kind == "experiment":
            return False  # its pane shows what comes of it
    return (
        old.latest != new.latest
        or (old.activity is not new.activity and (old.activity is None or new.activity is None))
        or old.hints != new.hints
    )


def unread_panes(old: State, new: State, before: AbstractSet[str]) -> frozenset[str]:
    """Return the panes with something that was not looked at; `before` are those until now.

    A new step begins with none.
    """
    unread = set(before) if old.step is new.step else set()
    unread.update(view.name for view in VIEWS if view.has_new_content(old, new))
    return frozenset(unread)
