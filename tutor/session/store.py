"""The store of what the learner does, drafts and journal, and the timers that save it.

Only the session's own parts use it. The store knows no widget and takes no callback but a clock:
what is to be saved is handed over to it. `save_now` and `close` wait for the disk in the caller's
thread; `save` waits in a thread of its own. On signals and at its end a front end calls
`TutorSession.save_now`, which needs neither a loop nor a timer.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import Step, UsedAnswer
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.attempts import Attempt, attempts_at
from tutor.progress.drafts import Draft, Drafts, KeptBoth, NotSaved
from tutor.progress.durable_files import advice, reason
from tutor.progress.entries import Entry, PlaceKept, digest_of
from tutor.progress.fold import Place, read_entries
from tutor.progress.journal import Journal
from tutor.session import late
from tutor.session.events import AnswerChanged
from tutor.session.state import ReplacedBuffer, WhyReplaced
from tutor.session.words.key_names import guard

if TYPE_CHECKING:
    from tutor.progress.kept_attempts import KeptAttempts
    from tutor.session.core import Hub


_MAX_WAITING = 50
"""Checked programs that wait for a disk that takes none, at most."""


class SaveResult(Struct, frozen=True):
    """The outcome of a save, in sentences for the learner; both are empty when all is well."""

    problem: str = ""
    note: str = ""
    """A draft that another program had changed, or attempts that are not kept."""
    loses_code: bool = False
    """True if some code would be lost if the app ended now."""


class LearnerStore:
    """Drafts and journal of one learner.

    Text that waits to be saved is held here, so that it outlives the widget it was typed in.
    """

    def __init__(self, data: Path, now: Callable[[], datetime]) -> None:
        self._data = data
        self._now = now
        self._drafts = Drafts(data)
        self._journal = Journal(data, now=now)
        self._accepted = AcceptedAnswers(data)
        self._unsaved: dict[tuple[str, str], str] = {}
        """Text that is not on the disk yet, by the ids of lesson and step."""
        self._unsaved_answers: dict[tuple[str, str], str] = {}
        """Accepted programs that are not on the disk yet, likewise."""
        self._unsaved_attempts: deque[tuple[str, str]] = deque(maxlen=_MAX_WAITING)
        """Checked programs that are not on the disk yet, with the ids of their steps."""
        self._has_told_attempts = False
        self._save_lock = threading.Lock()
        self.recorded: list[Entry] = []

    def load(self, step: Step) -> Draft | None:
        waiting = self._unsaved.get((step.lesson, step.id))
        return Draft(waiting) if waiting is not None else self._drafts.load(step.lesson, step.id)

    def edit(self, step: Step, text: str) -> None:
        self._unsaved[step.lesson, step.id] = text

    def keep_answer(self, step: Step, program: str) -> None:
        self._unsaved_answers[step.lesson, step.id] = program

    @cached_property
    def _attempts(self) -> KeptAttempts:
        return late.kept_attempts(self._data)

    def keep_attempt(self, step: Step, program: str) -> None:
        self._unsaved_attempts.append((step.id, program))

    def attempts(self, step: Step) -> tuple[Attempt, ...]:
        """Return what was checked at the step, the newest first; wait for the disk."""
        ids = tuple(filter(None, (step.id, step.was)))
        # all that an older data folder has
        accepted = self._accepted.load(step.lesson, step.id, step.was)
        waiting = (text for name, text in tuple(self._unsaved_attempts) if name == step.id)
        programs = {digest_of(text): text for text in (accepted, *waiting) if text}
        for name in ids:
            programs |= self._attempts.programs(name)
        return attempts_at(ids, self.read_entries(), programs)

    def read_entries(self) -> tuple[Entry, ...]:
        """Read all journals and return their entries, some of them twice; wait for the disk."""
        # what a full disk has kept out of the journal was recorded all the same
        return (*read_entries(self._data)[0], *self.recorded)

    def own_answer(self, used: UsedAnswer) -> str:
        """Return the learner's accepted program, saved or not, "" where there is none."""
        waiting = self._unsaved_answers.get((used.lesson, used.step))
        return waiting if waiting is not None else self._accepted.own(used)

    def forget_draft(self, step: Step, text: str | None = None) -> None:
        """Forget the draft, or only if it is that `text`, since its own file holds it now."""
        key = (step.lesson, step.id)
        with self._save_lock:
            if text is None or self._unsaved.get(key) == text:
                self._unsaved.pop(key, None)
            if key not in self._unsaved:
                self._drafts.remove(*key, text)

    def record(self, entry: Entry) -> None:
        self.recorded.append(self._journal.record(entry))

    @property
    def has_unsaved(self) -> bool:
        return bool(self._unsaved or self._unsaved_answers)

    async def save(self) -> SaveResult:
        return await asyncio.to_thread(self.save_now)

    def save_now(self) -> SaveResult:
        # The main thread may save, as on a signal, while a save is under way in a thread.
        with self._save_lock:
            # before the journal, which names them
            untold = self._save_attempts()
            saved = self._save_texts(self._unsaved, self._drafts.save)
            answers = self._save_texts(self._unsaved_answers, self._accepted.save)
            self._journal.sync()
        problem = saved.problem or answers.problem or self._journal.problem
        if untold and not problem and not self._has_told_attempts:
            self._has_told_attempts = True
            return SaveResult("", " ".join(filter(None, (saved.note, untold))))
        return SaveResult(problem, saved.note, loses_code=bool(problem) and self.has_unsaved)

    def close(self) -> SaveResult:
        """Save everything and close the journal; an entry recorded later opens a new file."""
        saved = self.save_now()
        self._journal.close()
        return saved

    def _save_texts(
        self, unsaved: dict[tuple[str, str], str], save: Callable[[str, str, str], object]
    ) -> SaveResult:
        problem, notes = "", []
        for key, text in list(unsaved.items()):
            result = save(*key, text)
            if isinstance(result, NotSaved):
                problem = result.reason
                continue
            # a text that changed while this one was written stays for the next save
            if unsaved.get(key) == text:
                del unsaved[key]
            if isinstance(result, KeptBoth):
                notes.append(result.note)
        return SaveResult(problem, " ".join(notes))

    def _save_attempts(self) -> str:
        problem = ""
        for attempt in tuple(self._unsaved_attempts):
            try:
                self._attempts.keep(*attempt)
            except OSError as error:
                why = f"Checked answers are not saved: {reason(error)} ({self._data})."
                problem = f"{why} They are judged all the same. {advice(error)}"
                continue
            with suppress(ValueError):  # others may have pushed it out meanwhile
                self._unsaved_attempts.remove(attempt)
        return problem


SAVE_AFTER_S = 0.4
"""Seconds from the first change after a save to the next save. A save takes .01 s, and .17 on a
busy machine: what was typed a second ago outlives a kill."""

PLACE_AFTER_S = 3.0
"""Seconds from the first move after a recorded place to the recording of the next place."""


class Autosaver:
    """Debounced saving of the drafts and places that front ends hand over; the store writes.

    It saves soon after a key, before a run, and a few seconds after a move. A timer runs only while
    something waits to be saved.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
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
