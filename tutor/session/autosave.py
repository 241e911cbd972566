"""Saves drafts and place: soon after a key, before a run, a few seconds after a move.

Timers live only while something waits to be saved. Front ends hand text and place over to the
`Autosaver`, or say how it gets them. On signals and at its end a front end calls
`TutorSession.save_now` instead, which needs neither a loop nor a timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import Step
from tutor.progress.drafts import Draft
from tutor.progress.entries import PlaceKept
from tutor.progress.fold import Place
from tutor.session import late
from tutor.session.events import AnswerChanged
from tutor.session.state import ReplacedBuffer, WhyReplaced
from tutor.session.words.key_names import guard

if TYPE_CHECKING:
    from tutor.session.core import Hub

SAVE_AFTER_S = 0.4
"""Seconds from the first change after a save to the next save. A save takes .01 s, and .17 on a
busy machine: what was typed a second ago outlives a kill."""

PLACE_AFTER_S = 3.0
"""Seconds from the first move after a recorded place to the recording of the next place."""


class Autosaver:
    """Debounced saving of the drafts and places that front ends hand over; the store writes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.own_file = late.own_file(hub, hub.own) if hub.own is not None else None
        """The file of the learner's own program, there even if it has none; None in a course."""
        self._save_timer: asyncio.TimerHandle | None = None
        self._saves = 0
        self._hand_over: Callable[[], None] | None = None
        self._place_timer: asyncio.TimerHandle | None = None
        self._get_place: Callable[[], Place | None] | None = None

    def first_text(self, step: Step) -> tuple[str, Draft | None]:
        draft = self._hub.store.load(step) if kind_of(step).has_program else None
        text = draft.text if draft is not None else None
        return (scaffold_of(step) if text is None else text), draft

    def edit(self, step: Step, text: str) -> None:
        self._hub.store.edit(step, text)
        self._hub.dispatch(AnswerChanged())
        self.save_soon()

    def put_in(self, step: Step, text: str, why: WhyReplaced) -> None:
        """Have the editor take another text in place of its own, which undo brings back."""
        self.edit(step, text)
        self._hub.set(replaced=ReplacedBuffer(step.id, text, why))

    def keep_attempt(self, step: Step, source: str) -> None:
        self._hub.store.keep_attempt(step, source)
        self.save()

    def save_soon(self, hand_over: Callable[[], None] | None = None) -> None:
        """Save after a short delay, together with everything that changes until then.

        `hand_over` is called before that save and later ones: a front end then hands over what it
        has not yet, as its own messages about a change come late on a busy machine.
        """
        self._hand_over = hand_over or self._hand_over
        if self._save_timer is None:
            loop = asyncio.get_running_loop()
            self._save_timer = loop.call_later(SAVE_AFTER_S, self._save_on_time)

    def _save_on_time(self) -> None:
        self._save_timer = None
        if self._saves:  # on a slow disk they would wait in more and more threads
            self.save_soon()
            return
        if self._hand_over is not None:
            self._hand_over()
        self.save()

    def save(self) -> None:
        self._stop_save_timer()
        self._hub.background.start(self._save())

    async def save_and_wait(self) -> None:
        self._stop_save_timer()
        await self._save()

    def record_place_soon(self, place: Callable[[], Place | None]) -> None:
        """Record, after a delay, the place that the callback then returns; None for no place."""
        self._get_place = place
        if self._place_timer is None:
            loop = asyncio.get_running_loop()
            self._place_timer = loop.call_later(PLACE_AFTER_S, self._record_current_place)

    def record_place(self, place: Place) -> None:
        state = self._hub.state
        if kind_of(state.step).has_task and place != state.progress.place:
            self._hub.record(PlaceKept(**asdict(place)))

    def stop(self) -> None:
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
        self._saves += 1
        try:
            saved = await self._hub.store.save()
        finally:
            self._saves -= 1
        self._hub.set(unsaved=bool(saved.problem), save_problem=saved.problem)
        if saved.note:
            self._hub.notify(guard(saved.note))
        if saved.problem or self._hub.store.has_unsaved:
            self.save_soon()

    def _stop_save_timer(self) -> None:
        if self._save_timer is not None:
            self._save_timer.cancel()
            self._save_timer = None
