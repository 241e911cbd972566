"""The answers that were checked at the step on screen: to look at, and to bring back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tutor.course.kinds import kind_of
from tutor.progress.attempts import Attempt
from tutor.session.autosave import Autosaver
from tutor.session.events import BufferReplaced, Event, NoticeGiven
from tutor.session.solution_help import EDITED_ELSEWHERE
from tutor.session.state import ReplacedBuffer, State
from tutor.session.store import LearnerStore

NONE_KEPT = "No answer of this step is kept yet. {key:check} keeps the one that it judges."
BROUGHT_BACK = "The earlier answer is in your code. {key:undo} brings yours back."


class PastAnswers:
    """What the learner has checked at the step on screen."""

    def __init__(
        self,
        state: Callable[[], State],
        dispatch: Callable[[Event], None],
        *,
        drafts: Autosaver,
        store: LearnerStore,
    ) -> None:
        self._state = state
        self._dispatch = dispatch
        self._drafts = drafts
        self._store = store

    async def read(self) -> tuple[Attempt, ...]:
        """Read the answers in a thread, the newest first; if there are none, a notice says so."""
        step = self._state().step
        if step is None or not kind_of(step).has_solution:
            return ()
        attempts = await asyncio.to_thread(self._store.attempts, step)
        if not attempts:
            self._dispatch(NoticeGiven(NONE_KEPT))
        return attempts

    def bring_back(self, attempt: Attempt) -> None:
        """Put the answer into the editor in place of the code there; undo reverts that."""
        step = self._state().step
        if step is None or not kind_of(step).has_solution:
            return
        if self._state().watched is not None:
            self._dispatch(NoticeGiven(EDITED_ELSEWHERE))
            return
        self._drafts.edit(step, attempt.program)
        self._dispatch(BufferReplaced(ReplacedBuffer(step.id, attempt.program, "earlier")))
        self._dispatch(NoticeGiven(BROUGHT_BACK))
