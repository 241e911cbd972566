"""The table of views: what a run is watched in, and by which of its events.

A new view is a row here and its files: a pane, and a place in `screens.arrangement`. Whether one
has content or something unread is the same question for all of them, asked of the state by kind of
event. Imports the panes, which are slow: never for a first frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.panes.loss import LossPane
from tutor.ui.panes.output import OutputPane
from tutor.ui.panes.tensors import TensorsPane
from tutor.wire.events import InventoryTaken, LossesRecorded, OutputWritten, RunEvent


@dataclass(frozen=True)
class View:
    """One of them."""

    name: str
    """That of its pane, as in the tab strip and in the journal."""
    events: tuple[type[RunEvent], ...]
    """What of a run it draws."""
    make_pane: Callable[[Timeline, Marks], Pane]

    def has_content(self, state: State) -> bool:
        """Tell whether the newest run has told anything of the kind."""
        return not state.reported.isdisjoint(self.events)

    def has_news(self, old: State, new: State) -> bool:
        """Tell whether it draws something else than before."""
        is_newer = old.version_of(*self.events) != new.version_of(*self.events)
        return is_newer and self.has_content(new)


VIEWS: tuple[View, ...] = (
    View("output", (OutputWritten,), lambda timeline, marks: OutputPane(timeline, marks=marks)),
    View("loss", (LossesRecorded,), lambda timeline, marks: LossPane(timeline, marks=marks)),
    View("tensors", (InventoryTaken,), lambda timeline, marks: TensorsPane(timeline, marks=marks)),
)


def with_content(state: State) -> frozenset[str]:
    """Name the views that have something to show of the newest run."""
    return frozenset(view.name for view in VIEWS if view.has_content(state))
