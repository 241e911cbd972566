"""The work of `nntutor grade --jsonl`: it selects the answers to judge, and stores the verdicts.

The worker comes from the caller, and so does the function that writes to standard output.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from tutor.authoring.batch.answer_lines import count_lines, lines_of
from tutor.authoring.batch.digests import AnswerDigests
from tutor.authoring.batch.judging import (
    AnswerJudge,
    Judged,
    OneByOne,
    WithRunner,
    WorkerGone,
    is_accepted,
    judge_lines,
)
from tutor.authoring.batch.known_verdicts import KnownVerdicts, Record
from tutor.authoring.batch.options import BatchOptions
from tutor.authoring.batch.progress import BatchProgress
from tutor.authoring.batch.resuming import skip_judged
from tutor.authoring.batch.verdict_file import CannotUse, VerdictFile
from tutor.authoring.capped_runner import CappedRunner
from tutor.client.memory_shortage import NEEDED_MB, available_mb
from tutor.client.worker_facts import WorkerFacts
from tutor.config import Caps
from tutor.control_group import cores
from tutor.course.model import Course
from tutor.grading.verdict import Runner

_MB_EACH = 256
"""Memory reserved for each answer being judged; most take a few MB, some much more."""


class BatchWorker(Runner, Protocol):
    """The worker's interface for the command: it runs programs, and can be restarted."""

    async def start(self) -> None:
        """Start the worker if there is none, and return at once."""
        ...

    async def settle(self) -> WorkerFacts:
        """Wait until the worker is ready or has failed, and return its facts."""
        ...


def default_jobs(available: int | None = None) -> int:
    """Return the number of answers judged at once, by this process's cores and memory.

    It is one more than the cores, since some answers wait. `available` are MB, by default the free
    ones.
    """
    wanted = cores() + 1
    available = available_mb() if available is None else available
    return wanted if available is None else max(1, min(wanted, (available - NEEDED_MB) // _MB_EACH))


class BatchCommand:
    """One call of the command; as a context manager it closes its files, which stay whole."""

    def __init__(
        self,
        course: Course,
        lines: BinaryIO,
        options: BatchOptions,
        write: Callable[[Record], None],
        note: Callable[[str], None],
        caps: Caps | None = None,
    ) -> None:
        """Open the files of the options; raise CannotUse if one cannot be used.

        `write` gets the records if no file does, `note` all messages. `caps` are the limits of the
        config for all answers.
        """
        self.caps = caps or Caps()
        self.jobs = options.jobs or default_jobs()
        self._course = course
        self._lines = lines
        self._options = options
        self._write = write
        self._note = note
        self._gone = ""
        self._known = KnownVerdicts()
        self._file = self._opened()
        try:
            self._take_known()
        except CannotUse:
            self._close()
            raise
        self._progress = BatchProgress(count_lines(lines), asked=options.progress)

    def __enter__(self) -> BatchCommand:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files, whatever has happened."""
        self._close()

    async def run(self, worker: BatchWorker) -> bool:
        """Judge all lines, or the remaining ones; return True if all answers are accepted.

        Raises CannotUse if the file to continue is of other answers, WorkerGone if no worker can be
        had any more, and CannotWrite.
        """
        facts = await worker.settle()
        if facts.phase != "ready":
            raise WorkerGone(facts.reason)
        with_worker = WithRunner(
            self._course,
            CappedRunner(worker, self.caps),
            at_once=self.jobs,
            recover=lambda: self._recover(worker),
        )
        return await self.run_with(with_worker, facts.torch_version)

    async def run_with(self, one_by_one: OneByOne, torch_version: str) -> bool:
        """Do the same as `run` with another judge, which uses that version of torch."""
        try:
            return await self._judge_all(one_by_one, torch_version)
        finally:
            self._progress.end()

    async def _judge_all(self, one_by_one: OneByOne, torch_version: str) -> bool:
        digests = AnswerDigests(self._course, torch_version, self.caps)
        lines = lines_of(self._lines)
        accepted = True
        if self._options.resume is not None and self._file is not None:
            accepted = await skip_judged(lines, self._file, digests)
            self._progress.resume(self._file.count)
        judge = AnswerJudge(one_by_one, digests, known=self._known, dedupe=self._options.dedupe)
        return await judge_lines(lines, judge, self._add) and accepted

    def how_to_go_on(self) -> str:
        """Return a sentence on the state of the file after a stop, and how to resume."""
        if self._file is None:
            return (
                "With `--out FILE`, the next command could continue from here with `--resume FILE`."
            )
        path = self._file.path
        resume = "" if self._options.resume else f" with `--resume {path}` instead of `--out`"
        return (
            f"{path} has the complete verdicts of the first {self._file.count:,} answers. The "
            f"same command{resume} continues after them."
        )

    def _opened(self) -> VerdictFile | None:
        path = self._options.resume or self._options.out
        if path is None:
            return None
        if self._options.out is not None and path != self._options.out:
            raise CannotUse("--resume already names the file of verdicts: leave out --out.")
        file = VerdictFile(path)
        if self._options.resume is None and not file.is_empty:
            file.close()
            raise CannotUse(
                f"{path} already exists. `--resume {path}` continues it; to judge everything "
                "again, remove it or choose another file."
            )
        return file

    def _take_known(self) -> None:
        """Load the verdicts that need not be found again."""
        options = self._options
        if options.since is not None and not self._add_known(options.since):
            self._note(
                f"{options.since} does not record which programs were judged, so all are judged "
                "again."
            )
        if options.resume is not None and options.dedupe:
            self._add_known(options.resume)

    def _add_known(self, path: Path) -> int:
        try:
            return self._known.add_file(path)
        except OSError as error:
            raise CannotUse(f"{path} cannot be read: {error.strerror or error}.") from error

    def _add(self, judged: Judged) -> None:
        if self._file is not None:
            self._file.add(judged.record)
        else:
            self._write(judged.record)
        self._progress.add(accepted=is_accepted(judged.record), anew=judged.anew)

    async def _recover(self, worker: BatchWorker) -> None:
        """Wait for a new worker after one has died; raise WorkerGone if there is none."""
        if not self._gone:
            await worker.start()  # the client has given up after too many deaths in a row
            facts = await worker.settle()
            self._gone = facts.reason if facts.phase != "ready" else ""
        if self._gone:
            raise WorkerGone(self._gone)

    def _close(self) -> None:
        self._known.close()
        if self._file is not None:
            self._file.close()
