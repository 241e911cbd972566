"""When things are kept: soon after a key, before a run, every few seconds for the place.

Timers live only while something waits to be kept. A front end hands over what it holds; on signals
and at its end it calls `TutorSession.save_now`, which needs neither a loop nor a timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tutor.course.model import Step
from tutor.progress.drafts import Draft
from tutor.progress.fold import Place
from tutor.session.background import Background
from tutor.session.events import AnswerChanged, DraftKept, Event, NoticeGiven, PlaceChanged
from tutor.session.state import State
from tutor.session.store import LearnerStore

SAVE_AFTER_S = 1.0
"""From the first change after a save to the next save."""

PLACE_AFTER_S = 3.0
"""From moving the cursor to recording the place."""


class Autosaver:
    """Drafts and place, as front ends hand them over. The store does the writing."""

    def __init__(
        self,
        state: Callable[[], State],
        dispatch: Callable[[Event], None],
        store: LearnerStore,
        background: Background,
    ) -> None:
        self._state = state
        self._dispatch = dispatch
        self._store = store
        self._background = background
        self._save_timer: asyncio.TimerHandle | None = None
        self._place_timer: asyncio.TimerHandle | None = None
        self._get_place: Callable[[], Place | None] | None = None

    def load(self, step: Step) -> Draft | None:
        """Read the draft of the step, if there is one."""
        return self._store.load(step)

    def edit(self, step: Step, text: str) -> None:
        """Take what the learner has written by now; it is saved soon."""
        self._store.edit(step, text)
        self._dispatch(AnswerChanged())
        self.save_soon()

    def save_soon(self) -> None:
        """Save a little later, together with what else comes until then."""
        if self._save_timer is None:
            loop = asyncio.get_running_loop()
            self._save_timer = loop.call_later(SAVE_AFTER_S, self.save)

    def save(self) -> None:
        """Save now, in a thread."""
        self._stop_save_timer()
        self._background.start(self._save())

    async def save_and_wait(self) -> None:
        """Save now; return when it is on the disk."""
        self._stop_save_timer()
        await self._save()

    def record_place_soon(self, place: Callable[[], Place | None]) -> None:
        """Record a little later where the learner is by then."""
        self._get_place = place
        if self._place_timer is None:
            loop = asyncio.get_running_loop()
            self._place_timer = loop.call_later(PLACE_AFTER_S, self._record_current_place)

    def record_place(self, place: Place) -> None:
        """Record where the learner is, if that is elsewhere than before."""
        self._dispatch(PlaceChanged(place))

    def stop(self) -> None:
        """Let no timer go off any more. What waits is saved by whoever ends the session."""
        self._stop_save_timer()
        if self._place_timer is not None:
            self._place_timer.cancel()
            self._place_timer = None

    def _record_current_place(self) -> None:
        self._place_timer = None
        place = self._get_place() if self._get_place is not None else None
        if place is not None:
            self.record_place(place)
            self.save_soon()

    async def _save(self) -> None:
        saved = await self._store.save()
        self._dispatch(DraftKept(saved.problem))
        if saved.note:
            from tutor.session.words.key_names import guard  # hardly ever needed

            self._dispatch(NoticeGiven(guard(saved.note)))
        if saved.problem or self._store.has_unsaved:
            self.save_soon()

    def _stop_save_timer(self) -> None:
        if self._save_timer is not None:
            self._save_timer.cancel()
            self._save_timer = None
