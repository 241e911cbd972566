"""Making of a workspace with the learner's settings: keys, sizes, shapes, completions.

Not for the first frame, since panes import slow modules.
"""

from __future__ import annotations

from pathlib import Path

from tutor.config import Config
from tutor.course.model import Step
from tutor.progress.shown_shapes import are_shapes_shown
from tutor.session.known_names import KnownNames
from tutor.session.timeline import Timeline
from tutor.ui.keys import UserKeys
from tutor.ui.marks import Marks
from tutor.ui.screens.workspace import Workspace


def make_workspace(
    timeline: Timeline,
    step: Step,
    names: KnownNames,
    *,
    config: Config,
    data: Path,
    marks: Marks,
    user_keys: UserKeys,
) -> Workspace:
    """Return a workspace that begins with the step; `data` is the data folder."""
    workspace = Workspace(timeline, step, marks=marks)
    editor = workspace.code.editor
    editor.show_shapes(are_shapes_shown(data))
    editor.use_keys(user_keys)
    editor.closes_brackets = config.close_brackets
    name_help = workspace.code.name_help
    name_help.names, name_help.opens_by_itself = names, config.offer_names
    workspace.code.markers.names = names
    name_help.enter_accepts = config.enter_accepts_name
    return workspace
