"""Reports on a watched file in lines, as the state of the session changes.

It prints nothing itself: each line goes to a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from tutor.course.model import Step
from tutor.grading.markup import plain
from tutor.session.learner_files import is_quick
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.key_names import KEY, fill_known_keys, guard
from tutor.session.words.loss_text import losses_words
from tutor.session.words.watch_text import ending_lines, verdict_text
from tutor.text import one_line, printable
from tutor.watch.printed_lines import PrintedLines
from tutor.watch.wrapped_text import wrapped

FIRST_SECONDS = 2
"""Seconds before a run is first reported as under way."""
AGAIN_SECONDS = 30
"""Seconds between further reports."""

PREPARING = "Preparing PyTorch."
SAVED_AGAIN = "A save stops it and runs the new code."
STOPPED = "Stopped."


class FileTeller:
    """Reports the changes between two states; to be subscribed to a session."""

    def __init__(
        self,
        tell: Callable[[str], None],
        timeline: Timeline,
        now: Callable[[], datetime],
        columns: Callable[[], int],
    ) -> None:
        """`columns` gives the width at which sentences are wrapped, 0 for none."""
        self._tell = tell
        self._columns = columns
        self._timeline = timeline
        self._now = now
        self._printed = PrintedLines()
        self._next_piece = 0
        """Number of the first piece of output that was not reported yet."""

    def follow(self, old: State, new: State) -> None:
        """Report the changes between two states."""
        for line in self._news(old, new):
            self._tell(wrapped(line, self._columns()))

    def _news(self, old: State, new: State) -> Iterator[str]:
        if new.worker_message and new.worker_message != old.worker_message:
            yield new.worker_message
        if new.save_problem and new.save_problem != old.save_problem:
            yield new.save_problem
        if new.watched is not None and new.watched is not old.watched:
            yield from self._of_file(old, new)
        if new.notice and new.notice != old.notice and _is_for_all(new):
            yield fill_known_keys(new.notice, {})
        began = new.activity is not None and old.activity is None
        if began and new.queued:
            yield new.worker.reason if new.worker.phase == "waiting" else PREPARING
        if new.activity is not None and new.activity.kind == "run":
            if began:
                self._printed, self._next_piece = PrintedLines(), 0
            yield from self._of_run(old, new)
        if old.activity is not None and new.activity is None:
            yield from self._of_end(old, new)

    def _of_file(self, old: State, new: State) -> Iterator[str]:
        watched, before = new.watched, old.watched
        assert watched is not None
        at = f"{self._now().astimezone():%H:%M}"
        if watched.problem and (before is None or watched.problem != before.problem):
            yield f"\n{at}: {watched.problem}"
        if watched.runs != (before.runs if before is not None else 0):
            changed = f", {watched.changed}" if watched.changed else ""
            yield f"\nRun {watched.runs}, {at}{changed}."

    def _of_run(self, old: State, new: State) -> Iterator[str]:
        self._tell_output()
        activity = new.activity
        assert activity is not None
        seconds = activity.seconds
        is_due = seconds == FIRST_SECONDS or (seconds and seconds % AGAIN_SECONDS == 0)
        if is_due and (old.activity is None or old.activity.seconds != seconds):
            most = f"{activity.limits.seconds:.0f} s"
            yield f"Running for {seconds} s, at most {most}. {SAVED_AGAIN}"

    def _tell_output(self, *, ended: bool = False) -> None:
        """Report the program's new output, line by line as it is."""
        pieces, self._next_piece = self._timeline.current.output_since(self._next_piece)
        lines = self._printed.add("".join(text for _stream, text in pieces))
        for line in (*lines, *(self._printed.end() if ended else ())):
            self._tell(line)

    def _of_end(self, old: State, new: State) -> Iterator[str]:
        """Yield how a run ended, unless a check follows, which says more about an error."""
        assert old.activity is not None
        ending, verdict = new.ending, new.verdict
        if old.activity.kind == "run":
            self._tell_output(ended=True)
            losses = losses_words(self._timeline.current.losses, new, name="Loss")
            yield from ([losses] if losses else [])
            if ending is None:
                yield STOPPED
            elif not (is_quick(ending) and new.watched is not None):
                yield from (printable(line) for line in ending_lines(ending))
        elif verdict is not None and verdict is not old.verdict:
            yield verdict_text(verdict)
            if verdict.accepted and new.step is not None:
                yield from _what_next(new.step, new)


def _is_for_all(state: State) -> bool:
    """Return True for a notice that names no key of the app and is not about the file."""
    problem = state.watched.problem if state.watched is not None else ""
    names_key = KEY.search(state.notice.replace(guard("{key:"), ""))
    return not names_key and fill_known_keys(state.notice, {}) != problem


def _what_next(step: Step, state: State) -> Iterator[str]:
    if step.after:
        yield f"\n{plain(step.after.strip())}"
    ids = [each.id for each in state.course.steps()]
    following = ids[ids.index(step.id) + 1 :] if step.id in ids else []
    if following:
        yield f"\nThe next step: nntutor open {following[0]}"


def opening_lines(step: Step, given: str) -> Iterator[str]:
    """Yield the first lines: the task, and the code that runs before the answer."""
    yield f"{one_line(step.title)} ({step.id})"
    yield f"\n{plain(step.text.strip())}"
    if given.strip():
        lines = "\n".join(f"    {line}".rstrip() for line in given.strip("\n").split("\n"))
        yield f"\nGiven code, which runs before yours:\n{lines}"
