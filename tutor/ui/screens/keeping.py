"""Keeps what the learner does: drafts, journal, place. Owned by the app, used by its screens.

Disk waits happen in threads; only `keep_now` blocks, and it is for the app's end.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.ladder import Help
from tutor.course.model import Step
from tutor.grading.verdict import Verdict
from tutor.progress.drafts import Draft, Drafts, KeptBoth, NotSaved
from tutor.progress.entries import (
    AnswerJudged,
    Entry,
    HintShown,
    PlaceKept,
    QuizAnswered,
    QuizShuffled,
    SolutionShown,
    StartedClean,
    StepOpened,
    StepRead,
)
from tutor.progress.fold import Place
from tutor.progress.journal import Journal

if TYPE_CHECKING:
    from tutor.grading.quiz import QuizAnswer
    from tutor.progress.reports import Report


class Kept(Struct, frozen=True):
    """How a save went, in sentences; both empty when all is well."""

    problem: str = ""
    note: str = ""


class Keeper:
    """One per app. Text that waits to be saved is held here, not in a widget."""

    def __init__(self, data: Path, now: Callable[[], datetime]) -> None:
        self._data = data
        self._now = now
        self._drafts = Drafts(data)
        self._journal = Journal(data, now=now)
        self._waiting: dict[tuple[str, str], str] = {}
        """Text that is not on the disk yet, by lesson and step."""
        self._saving = threading.Lock()
        self._place: Place | None = None
        self.typed: Callable[[], tuple[Step, str] | None] = lambda: None
        """What an editor holds and nobody has taken yet. Asked before each save: at the end of the
        app its messages may come no more."""

    def load(self, step: Step) -> Draft | None:
        """The draft of the step, if there is one."""
        waiting = self._waiting.get((step.lesson, step.id))
        return Draft(waiting) if waiting is not None else self._drafts.load(step.lesson, step.id)

    def take_typed(self) -> None:
        """Notes what the editor holds now; `keep` writes it."""
        typed = self.typed()
        if typed is not None:
            step, text = typed
            self._waiting[step.lesson, step.id] = text

    async def keep(self) -> Kept:
        """Saves the draft and waits for the disk, elsewhere."""
        self.take_typed()
        return await asyncio.to_thread(self._write)

    def keep_now(self) -> Kept:
        """Saves the draft and syncs the journal, and waits for the disk."""
        self.take_typed()
        return self._write()

    def _write(self) -> Kept:
        with self._saving:
            kept = self._save_drafts()
            self._journal.sync()
        problem = kept.problem or self._journal.problem
        return Kept(problem, kept.note)

    def close(self) -> Kept:
        """Saves all and closes the journal. What is recorded later opens a new file."""
        kept = self.keep_now()
        self._journal.close()
        return kept

    async def tidy(self) -> None:
        """Merges the journals of ended apps, elsewhere. Once in the life of an app."""
        await asyncio.to_thread(self._tidy)

    def _tidy(self) -> None:
        from tutor.progress.compact import compact  # not needed for the first frame

        compact(self._data)

    def opened(self, step: Step) -> None:
        """The learner came to the step."""
        self._record(StepOpened(step=step.id))

    def read(self, step: Step) -> None:
        """The learner went on from it."""
        self._record(StepRead(step=step.id))

    def hinted(self, step: Step, count: int) -> None:
        """`count` of its hints are open."""
        self._record(HintShown(step=step.id, count=count))

    def helped(self, step: Step, shown: Help) -> None:
        """So much of its solution is in sight; nothing of it after a clean start."""
        if shown.rung:
            self._record(SolutionShown(step=step.id, rung=shown.rung, words=shown.words))
        else:
            self._record(StartedClean(step=step.id))

    def report(self, report: Report, said: str) -> Path:
        """Writes it down with the learner's words; waits for the disk. Raises OSError."""
        from tutor.progress.reports import write_report  # few ever need it

        return write_report(self._data, replace(report, said=said), self._now())

    def judged(self, step: Step, source: str, verdict: Verdict) -> None:
        """A program was checked."""
        self._record(
            AnswerJudged(
                step=step.id,
                verdict=verdict.kind,
                slug=verdict.slug or "",
                digest=_digest(source),
                milliseconds=verdict.milliseconds,
            )
        )

    def answered(self, step: Step, answer: QuizAnswer, verdict: Verdict) -> None:
        """A quiz was answered."""
        self._record(
            QuizAnswered(step=step.id, verdict=verdict.kind, judged=answer.judged, text=answer.text)
        )

    def shuffled(self, step: Step, times: int) -> None:
        """The statements of a quiz were shuffled anew, for that time."""
        self._record(QuizShuffled(step=step.id, times=times))

    def stand_at(self, place: Place) -> None:
        """Records where the learner is, if that is elsewhere than before."""
        if place != self._place:
            self._place = place
            self._record(
                PlaceKept(
                    step=place.step,
                    pane=place.pane,
                    row=place.row,
                    column=place.column,
                    scroll=place.scroll,
                )
            )

    @property
    def waits(self) -> bool:
        """Whether some text is not on the disk yet."""
        return bool(self._waiting)

    def _record(self, entry: Entry) -> None:
        self._journal.record(entry)

    def _save_drafts(self) -> Kept:
        problem, notes = "", []
        for key, text in list(self._waiting.items()):
            result = self._drafts.save(*key, text)
            if isinstance(result, NotSaved):
                problem = result.reason
                continue
            if self._waiting.get(key) == text:
                del self._waiting[key]
            if isinstance(result, KeptBoth):
                notes.append(result.note)
        return Kept(problem, " ".join(notes))


def _digest(source: str) -> str:
    import hashlib  # a first frame does without

    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:16]
