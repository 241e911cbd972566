"""What a change of the session means for the desk: which panes have something new. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tutor.session.state import State


def speaks_up(old: State, new: State) -> bool:
    """Whether a pane below the code or quiz has something to say that is to be seen at once."""
    return (
        old.latest != new.latest
        or (old.activity is not new.activity and (old.activity is None or new.activity is None))
        or old.hints != new.hints
    )


def news_of(
    old: State, new: State, before: AbstractSet[str], *, has_output: bool
) -> frozenset[str]:
    """The panes with something that was not looked at; `before` are those so far."""
    news = set(before) if old.step is new.step else set()
    if old.versions.output != new.versions.output and has_output:
        news.add("output")
    if new.has_losses and old.versions.losses != new.versions.losses:
        news.add("loss")
    if new.has_tensors and old.versions.inventory != new.versions.inventory:
        news.add("tensors")
    return frozenset(news)
