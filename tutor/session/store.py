"""Keeps what the learner does: drafts and journal. One per session, used by the core alone.

It knows no widget and takes no callback but a clock: what is to be kept is handed to it. `save_now`
waits for the disk; everywhere else that wait happens in a thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tutor.course.model import Step
from tutor.progress.drafts import Draft, Drafts, KeptBoth, NotSaved
from tutor.progress.entries import Entry
from tutor.progress.journal import Journal

if TYPE_CHECKING:
    from tutor.progress.reports import Report


class SaveResult(Struct, frozen=True):
    """How a save went, in sentences; both empty when all is well."""

    problem: str = ""
    note: str = ""


class LearnerStore:
    """Text that waits to be saved is held here, so that it outlives the widget it was typed in."""

    def __init__(self, data: Path, now: Callable[[], datetime]) -> None:
        self._data = data
        self._now = now
        self._drafts = Drafts(data)
        self._journal = Journal(data, now=now)
        self._unsaved: dict[tuple[str, str], str] = {}
        """Text that is not on the disk yet, by lesson and step."""
        self._save_lock = threading.Lock()
        self.recorded: list[Entry] = []
        """The entries of this sitting, in their order."""

    def load(self, step: Step) -> Draft | None:
        """Read the draft of the step, if there is one."""
        waiting = self._unsaved.get((step.lesson, step.id))
        return Draft(waiting) if waiting is not None else self._drafts.load(step.lesson, step.id)

    def edit(self, step: Step, text: str) -> None:
        """Note what the learner wrote; a save writes it."""
        self._unsaved[step.lesson, step.id] = text

    def record(self, entry: Entry) -> None:
        """Append to the journal, without waiting for the disk."""
        self.recorded.append(self._journal.record(entry))

    @property
    def has_unsaved(self) -> bool:
        """Whether some text is not on the disk yet."""
        return bool(self._unsaved)

    async def save(self) -> SaveResult:
        """Save all and wait for the disk, in a thread."""
        return await asyncio.to_thread(self.save_now)

    def save_now(self) -> SaveResult:
        """Save all and wait for the disk."""
        with self._save_lock:
            saved = self._save_drafts()
            self._journal.sync()
        problem = saved.problem or self._journal.problem
        return SaveResult(problem, saved.note)

    def close(self) -> SaveResult:
        """Save all and close the journal. What is recorded later opens a new file."""
        saved = self.save_now()
        self._journal.close()
        return saved

    async def compact(self) -> None:
        """Merge the journals of ended apps, in a thread."""
        from tutor.progress.compact import compact  # not needed for the first frame

        await asyncio.to_thread(compact, self._data)

    def report(self, report: Report) -> Path:
        """Write a report about a step; waits for the disk. Raises OSError."""
        from tutor.progress.reports import write_report  # few ever need it

        return write_report(self._data, report, self._now())

    def _save_drafts(self) -> SaveResult:
        problem, notes = "", []
        for key, text in list(self._unsaved.items()):
            result = self._drafts.save(*key, text)
            if isinstance(result, NotSaved):
                problem = result.reason
                continue
            if self._unsaved.get(key) == text:
                del self._unsaved[key]
            if isinstance(result, KeptBoth):
                notes.append(result.note)
        return SaveResult(problem, " ".join(notes))
