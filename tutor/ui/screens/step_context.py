"""What the parts of the lesson screen share: the panes of a step, its state, and ways to answer.

Each part is given this and what it uses of the session, never the lesson screen, which knows them
all. It is made once the panes are there: before that no action of a step is live.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.screen import Screen

from tutor.course.model import Step
from tutor.session.state import State

if TYPE_CHECKING:
    from tutor.ui.screens.workspace import Workspace


@dataclass(frozen=True)
class StepContext:
    """The surroundings of what a learner does at a step."""

    screen: Screen[None]
    """The screen that tasks belong to, and over which dialogs are opened."""
    workspace: Workspace
    state: Callable[[], State]
    """Returns the state of the session that is on screen."""
    flush: Callable[[], None]
    """Hands the editor's text to the session, which must come before it does anything with it."""
    tell: Callable[[str], None]
    """Shows a sentence in the status line."""

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return self.state().step
