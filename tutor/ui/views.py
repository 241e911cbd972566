"""The table of views: the panes that show a run, each with the events it draws.

A new view needs a row here, a pane in `tutor.ui.panes` in a module of its name, and its name in
`VIEWS` of `tutor.course.model`. The kinds of its events determine if a view has content, or
something unread, and if a change must be seen at once.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tutor.session.state import State
from tutor.wire.events import (
    Executed,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    PadShown,
    PlotsDrawn,
    RunEvent,
    TrainingNoted,
)
from tutor.wire.graphs import GraphDescribed
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap, SurfaceDrawn
from tutor.wire.models import ModelsDescribed


@dataclass(frozen=True)
class View:
    """A pane that shows a run, and the data it shows."""

    name: str
    """Name of its pane, in the tab strip and in the journal."""
    events: tuple[type[RunEvent], ...]
    """Kinds of event that it draws."""
    content: Callable[[State], object] = lambda state: state.versions
    """A value of the state that changes whenever the content of the pane does."""
    grows: bool = False
    """True if its content grows, so that only an ended run can be compared with the one before."""
    seen_elsewhere: frozenset[type[RunEvent]] = frozenset()
    """Kinds of its events that need no notice, since another pane on screen shows them."""

    def has_content(self, state: State) -> bool:
        return not state.reported.isdisjoint(self.events)

    def has_new_content(self, old: State, new: State) -> bool:
        """Return True if `new` has content that no pane drew in `old`.

        A check often repeats the learner's own run, and a guess shows its run too.
        """
        activity = old.activity
        if self.grows and activity is not None and activity.kind != "run":
            has_ended = activity.kind == "check" and new.activity is None
            return has_ended and self.has_content(new) and self._tells_otherwise(new)
        news = [kind for kind in self.events if kind not in self.seen_elsewhere]
        is_newer = old.version_of(*news) != new.version_of(*news)
        is_other = self.content(old) != self.content(new)
        return is_newer and is_other and not new.reported.isdisjoint(news)

    def _tells_otherwise(self, state: State) -> bool:
        """Return True if the newest run differs from the one before it in this view."""
        return any(state.told.get(kind) != state.told_before.get(kind) for kind in self.events)


VIEWS: tuple[View, ...] = (
    View("output", (OutputWritten,), grows=True),
    View("loss", (LossesRecorded, TrainingNoted), grows=True),
    View("map", (DecisionMap, FittedCurve, NoMap), grows=True),
    View("tensors", (InventoryTaken,), lambda state: state.inventory),
    View(
        "model",
        (ModelsDescribed, Executed),
        lambda state: state.inventory,
        seen_elsewhere=frozenset((Executed,)),  # its shapes stand at the ends of the lines
    ),
    View("plot", (PlotsDrawn,)),
    View("pad", (PadShown,)),
    View("graph", (GraphDescribed,)),
    View("surface", (SurfaceDrawn,), grows=True),
)


def views_with_content(state: State) -> frozenset[str]:
    return frozenset(view.name for view in VIEWS if view.has_content(state))


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
