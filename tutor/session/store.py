"""The store of what the learner does: drafts and journal. One per session.

Only the session's own parts use it. It knows no widget and takes no callback but a clock: what is
to be saved is handed over to it. `save_now`, `close` and `report` wait for the disk in the caller's
thread; `save` and `compact` wait in a thread of their own.
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

from tutor.course.model import Step, UsedAnswer
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.attempts import Attempt, attempts_at
from tutor.progress.drafts import Draft, Drafts, KeptBoth, NotSaved
from tutor.progress.durable_files import advice, reason
from tutor.progress.entries import Entry, digest_of
from tutor.progress.fold import read_entries
from tutor.progress.journal import Journal
from tutor.session import late

if TYPE_CHECKING:
    from tutor.progress.kept_attempts import KeptAttempts

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
