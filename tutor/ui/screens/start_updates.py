"""The start screen over the lesson screen, and what it says as more becomes known.

Part of the lesson screen, which says where the keys of the start lead and when it is left. The
start must know what two small files tell before the first frame; the rest is added to it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.screen import Screen

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.progress.last_time import LastTime, draft_copies
from tutor.session.state import State
from tutor.ui.screens.frame import ScreenSetup
from tutor.ui.screens.start import StartScreen, StartTargets
from tutor.ui.screens.start_words import (
    add_course_facts,
    add_step_facts,
    first_facts,
    last_time_warnings,
)

if TYPE_CHECKING:
    from tutor.session.autosave import Autosaver
    from tutor.session.reviewing import Reviewing


class StartUpdates:
    """The start screen from its first frame until it is left."""

    def __init__(
        self,
        below: Screen[None],
        state: Callable[[], State],
        *,
        setup: ScreenSetup,
        targets: StartTargets,
        last: LastTime | None,
        data: Path,
        now: datetime,
        drafts: Callable[[], Autosaver],
        review: Callable[[], Reviewing],
    ) -> None:
        """Make the screen; it is to be shown over `below`, which its tasks belong to.

        `last` is what is known of the last time, `data` the folder with what is kept. `drafts` and
        `review` return these parts of the session once they are needed.
        """
        self._below = below
        self._state = state
        self._marks = setup.marks
        self._last = last
        self._data = data
        self._drafts = drafts
        self._review = review
        self._is_left = False
        facts = first_facts(state(), last, now)
        self.screen = StartScreen(state(), facts, setup, targets)

    def follow(self, old: State, new: State) -> None:
        """Show a change of the session's state."""
        self.screen.show(old, new)
        if new.is_whole and not old.is_whole:
            self.screen.show_facts(add_course_facts(self.screen.facts, self._state(), self._marks))
            self.offer_review()

    def show_step(self, step: Step) -> None:
        """Say what is known of the step that is led to, once its file is read."""
        draft = None
        if kind_of(step).has_program:
            saved = self._drafts().load(step)
            draft = saved.text if saved is not None else None
        copies = draft_copies(self._data)
        warnings = last_time_warnings(self._last, copies) if self._last else ()
        facts = self.screen.facts
        self.screen.show_facts(
            add_step_facts(facts, step, self._state(), draft=draft, warnings=warnings)
        )

    def offer_review(self) -> None:
        """Offer a review if there is anything to ask, once that is known."""
        self._below.run_worker(self._offer_review(), group="review", exclusive=True)

    async def _offer_review(self) -> None:
        count = await self._review().offered() if self._last is not None else 0
        if not self._is_left and not self.screen.facts.is_review_put_off:
            self.screen.show_facts(replace(self.screen.facts, review=count))

    def leave(self) -> None:
        """Remove the start screen.

        If a dialog is over it, this removes the dialog, and the start goes when the dialog ends
        itself: each takes one screen from the top.
        """
        self._is_left = True
        self._below.app.pop_screen()
