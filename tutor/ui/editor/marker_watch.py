"""Checks the editor's text for mistakes whenever the learner pauses, and marks them.

For the pane that owns the editor. No key waits for a check: a key cancels the running check, and a
check runs in slices of a few milliseconds between which the event loop handles keys.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from textual.timer import Timer

from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import Step
from tutor.ui.editor import late
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.decorations import Decoration
from tutor.ui.slices import SLICE_S, import_in_turns, result_in_slices

if TYPE_CHECKING:
    from tutor.grading.code_markers import CodeMarker, Found, MarkerSearch
    from tutor.session.known_names import KnownNames

PAUSE_S = 0.7
"""Seconds without a change before the text is checked."""
REST_S = 0.002
"""Minimum seconds of the event loop between two slices of a check."""

Places: TypeAlias = tuple[tuple[int, int, int], ...]
"""Row, start and end of each mark."""

SLOW_TO_IMPORT = (
    *(
        f"tutor.grading.explanations.{name}"
        for name in ("rows", "syntax", "shapes", "calls", "modules", "training", "python")
    ),
    "codeop",
    *(f"tutor.grading.{name}" for name in ("errors", "experiments", "grade", "kinds")),
    *("tutor.completion.library", "tutor.grading.code_markers"),
)
"""Modules that a check imports."""


class MarkerWatch:
    """The checks of one editor's text, and the mistakes that they found."""

    def __init__(
        self,
        editor: CodeEditor,
        *,
        told: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Watch the editor, and call `told` after its marked mistakes change.

        `failed` is called after a check met a fault of the tutor; nothing is marked then.
        """
        self.names: KnownNames | None = None
        """Names of libraries; None to check none."""
        self._editor = editor
        self._told = told
        self._failed = failed
        self._step: Step | None = None
        self._search: MarkerSearch | None = None
        self._markers: Sequence[CodeMarker] = ()
        """Mistakes found last; the editor knows which of them are still marked, and where."""
        self._explained: dict[int, str] = {}
        """Explanations of mistakes, by their number."""
        self._places_told: Places = ()
        """Places of the marks at the last call of `told`."""
        self._seen = ""
        """Text as loaded, or as of the last change."""
        self._changes = 0
        """Number of changes of the text; a check of an older text is dropped."""
        self._writing: int | None = None
        """Row of the last change, until the cursor leaves it."""
        self._holds_back = False
        """True if a mistake is unmarked because the learner is writing its line."""
        self._looks = 0
        """Number of running checks."""
        self._timer: Timer | None = None
        self._due = 0.0

    @property
    def is_at_rest(self) -> bool:
        """True if no check is running or due."""
        return self._timer is None and not self._looks

    def begin(self, step: Step | None) -> None:
        """Watch the text of another step; None for a step without an editable text."""
        self._changes += 1
        self._step, self._search, self._markers = step, None, ()
        self._seen = self._editor.text
        self._writing, self._holds_back = None, False
        if not self._is_left_alone(self._seen):
            self._look_soon()

    def text_changed(self) -> None:
        """Check the new text after a pause."""
        if self._editor.text == self._seen:
            return
        self._seen = self._editor.text
        self._changes += 1
        self._writing = self._editor.cursor_location[0]
        self._tell_of_others()
        self._look_soon()

    def cursor_moved(self) -> None:
        """Check again if the cursor has left an unfinished line."""
        has_left = self._writing not in (None, self._editor.cursor_location[0])
        if has_left:
            self._writing = None
        if has_left or self._holds_back:
            self._look_soon()

    def worker_is_ready(self) -> None:
        """Check again, because the names of libraries can be read now."""
        if self.names is not None and self.names.is_unread:
            self._look_soon()

    def at(self, row: int) -> str:
        """Return the message of the first marked mistake in a row, or ""."""
        span = next((span for span in self._editor.mistakes if span.row == row), None)
        if span is None or self._search is None:
            return ""
        if span.number not in self._explained:
            try:
                words = self._search.explain(self._markers[span.number])
            except Exception as fault:  # which must not cost the learner the app
                self._failed(fault)
                words = ""
            self._explained[span.number] = words
        return self._explained[span.number]

    def row_after(self, row: int) -> int | None:
        """Return the next marked row below, else the first of all; None if none is marked."""
        rows = [span.row for span in self._editor.mistakes]
        return next((each for each in rows if each > row), rows[0] if rows else None)

    async def go_to_next(self) -> bool:
        """Check all lines at once, and go to the next mistake; return False if none."""
        self._changes += 1  # cancels a check that holds lines back
        self._writing = None
        await self._look(at_once=True)
        here = self._editor.cursor_location
        spans = self._editor.mistakes
        later = (span for span in spans if (span.row, span.start) > here)
        span = next(later, spans[0] if spans else None)
        if span is not None:
            self._editor.go_to(span.row, span.start)
        return span is not None

    def _look_soon(self) -> None:
        """Schedule a check; keep a running timer, since keys come fast."""
        if self._step is None:
            return
        self._due = time.monotonic() + PAUSE_S
        if self._timer is None:
            self._timer = self._editor.set_timer(PAUSE_S, self._look_if_due)

    def _look_if_due(self) -> None:
        left = self._due - time.monotonic()
        if left > SLICE_S:
            self._timer = self._editor.set_timer(left, self._look_if_due)
        else:
            self._editor.run_worker(self._look_in_turn(), group="markers", exclusive=True)

    async def _look_in_turn(self) -> None:
        self._timer = None
        await self._look()

    async def _look(self, *, at_once: bool = False) -> None:
        """Find and mark mistakes in the text, unless it changes meanwhile."""
        step, changes, source = self._step, self._changes, self._editor.text
        if step is None:
            return
        if not at_once and self._is_left_alone(source):
            self._mark((), source)
            return
        self._looks += 1
        try:
            found = await self._found_in(step, source, changes)
        except Exception as fault:  # which must not cost the learner the app
            self._failed(fault)
            self._mark((), source)
            return
        finally:
            self._looks -= 1
        if found is None:
            return
        self._holds_back = found.holds_back
        if not found.is_unread:
            self._mark(found.markers, source)

    def _is_left_alone(self, text: str) -> bool:
        """Return True for the text that a task begins with: its mistakes may be the task."""
        step = self._step
        return step is None or (kind_of(step).has_task and text == scaffold_of(step))

    async def _found_in(self, step: Step, source: str, changes: int) -> Found | None:
        await import_in_turns(SLOW_TO_IMPORT)
        if changes != self._changes:
            return None
        if self._search is None:
            self._search = late.marker_search(step)
        if self.names is not None:
            self._search.library = self.names.library
            if self.names.can_read:
                self._editor.run_worker(self._read_library(self.names), group="library")
        row, column = self._editor.cursor_location
        # a line that is still marked has not changed since, so its mark need not wait
        is_written = self._writing == row and not self.at(row)
        writing = (row, column) if is_written else None
        search = self._search.search(source, writing)
        return await result_in_slices(search, lambda: changes == self._changes, REST_S)

    async def _read_library(self, names: KnownNames) -> None:
        """Read the names of libraries from the worker, and check again."""
        try:
            await names.read_library()
        except Exception as fault:  # which must not cost the learner the app
            self._failed(fault)
        if names.library:
            self._look_soon()

    def _mark(self, markers: Sequence[CodeMarker], source: str) -> None:
        said = self.at(self._editor.cursor_location[0])
        self._markers, self._explained = markers, {}
        spans = (
            Decoration(marker.row, "mistake", "", marker.start, marker.end, number)
            for number, marker in enumerate(markers)
        )
        self._editor.put_mistakes(spans, source)
        self._tell_of_others(said)

    def _tell_of_others(self, said: str | None = None) -> None:
        """Call `told` if marks have moved, or if the message here has changed."""
        places = tuple((span.row, span.start, span.end) for span in self._editor.mistakes)
        is_said = said is None or said == self.at(self._editor.cursor_location[0])
        if places != self._places_told or not is_said:
            self._places_told = places
            self._told()
