"""What a change of the state means for the panes: which of them have something unread. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tutor.session.state import State
from tutor.ui.views import VIEWS


def should_focus(old: State, new: State) -> bool:
    """Whether a pane below the code or quiz has something to say that is to be seen at once."""
    return (
        old.latest != new.latest
        or (old.activity is not new.activity and (old.activity is None or new.activity is None))
        or old.hints != new.hints
    )


def unread_panes(old: State, new: State, before: AbstractSet[str]) -> frozenset[str]:
    """The panes with something that was not looked at; `before` are those so far."""
    news = set(before) if old.step is new.step else set()
    news.update(view.name for view in VIEWS if view.has_new_content(old, new))
    return frozenset(news)
