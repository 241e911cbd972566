"""Makes panes by their names: `PlotPane` of `tutor.ui.panes.plot` is called "plot".

The modules of panes are slow to import, so each is imported when its pane is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.views import VIEWS

PANES = (
    *("lesson", "code", "quiz", "predict", "guess", "lab", "verdict", "hints"),
    *(view.name for view in VIEWS),
)

SLOW_TO_IMPORT = (
    *(f"tutor.ui.panes.{name}" for name in PANES if name not in ("lesson", "code")),
    "tutor.ui.panes.scrubber",
)
"""Modules of the panes that a first step may not need."""


def make_pane(name: str, timeline: Timeline, marks: Marks) -> Pane:
    module = import_module(f"tutor.ui.panes.{name}")
    return cast("Pane", getattr(module, f"{name.capitalize()}Pane")(timeline, marks=marks))
