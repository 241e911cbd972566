"""The pane Output: how the program ended, with an explanation, and what it printed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tutor.session.run_summary import RunSummary
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.session.words.run_text import has_run_alone, runs_alone
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.stable_static import StableStatic
from tutor.ui.terminal.throttle import ThrottledDrawing
from tutor.ui.widgets.output_log import OutputLog
from tutor.ui.words import busy_words, inline
from tutor.wire.events import OutputWritten

EMPTY = "Nothing has run yet. {key:run.all} runs the code."
OF_CHECK = "The check printed nothing. {key:run.all} runs the code."
PREPARING = "It runs as soon as that is done. {key:stop} cancels."
CUT = "These are the last 5,000 lines of its output. {key:printed} opens all of it."
ANOTHER = "{key:run.all} asks for another."
FAILED = "PyTorch could not be started, so code cannot run."
MAX_PROGRESS = 200
"""Characters of such a line; a terminal of that width has the longest bars."""
PROGRESS_LINES = 3


class OutputPane(Pane):
    """A line about the run, the explanation of its error, and the log of its output.

    It has the class `silent` if nothing was printed, which gives the explanation the room.
    """

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("output", timeline, marks=marks)
        self._log = OutputLog(id="log", glyphs=marks.glyphs)
        self._state_line = StableStatic("", id="output-state")
        self._words = StableStatic("", id="ending-words")
        self._ending = VerticalScroll(self._words, id="ending", can_focus=False)
        self._next_piece = 0
        """Number of the first piece of output that the log lacks."""
        self._drawing = ThrottledDrawing(self, self._write_new)

    def compose(self) -> ComposeResult:
        yield self._state_line
        yield self._ending
        yield self._log

    def draw(self, old: State | None, new: State) -> None:
        """Append the new output; a new run or step begins with an empty log.

        While a program runs, updates are throttled: some programs print faster than terminals read.
        """
        if old is None or old.last_run != new.last_run or old.step is not new.step:
            self._log.clear()
            self._next_piece = 0
        has_ended = old is not None and old.activity is not None and new.activity is None
        if has_ended or old is None:
            self._drawing.now()
        elif old.version_of(OutputWritten) != new.version_of(OutputWritten):
            (self._drawing.now if new.activity is None else self._drawing.promptly)()
        words = _state_words(new, self.marks, self._timeline.current.has_output)
        words = _part_words(new) + words + _progress_words(new)
        if self._log.buffer.is_cut and new.activity is None:
            words += f" {self.marks.fill(CUT)}"
        self._state_line.update_if_changed(words)
        if old is None or old.ending is not new.ending:
            self._show_ending(new.ending)

    def focus_target(self) -> Widget:
        return self._log

    def _write_new(self) -> None:
        pieces, self._next_piece = self._timeline.current.output_since(self._next_piece)
        self._log.write_all([(text, stream) for stream, text in pieces])

    def _show_ending(self, ending: RunSummary | None) -> None:
        words = _ending_words(ending, self.marks) if ending is not None else Content("")
        self._ending.display = bool(words.plain)
        self.set_class(bool(words.plain) and not self._timeline.current.has_output, "silent")
        self._words.update_if_changed(words)
        self._ending.scroll_home(animate=False)


def _progress_words(state: State) -> str:
    """Return the last lines that the program may still overwrite, such as progress bars."""
    lines = state.activity.progress.split("\n") if state.activity is not None else []
    return "".join(f"\n{line[:MAX_PROGRESS]}" for line in lines[-PROGRESS_LINES:] if line.strip())


def _part_words(state: State) -> str:
    """Return the lines that run or have run, if those are not all."""
    activity, ending = state.activity, state.ending
    if activity is not None and activity.kind == "experiment":
        activity = None
    part = activity.part if activity is not None else ending.part if ending is not None else None
    if part is None:
        return ""
    words = has_run_alone if activity is None else runs_alone
    return words(part, state.step) + "\n"


def _state_words(state: State, marks: Marks, has_output: bool) -> str:
    if state.activity is not None and state.activity.kind != "experiment":
        return busy_words(state, marks, PREPARING)
    if state.ending is not None:
        return _ended_words(state.ending, marks, has_output)
    if state.worker.phase == "failed":
        return f"{marks.warning} {state.worker.reason or FAILED}"
    if state.worker.phase == "unreachable":
        return f"{marks.warning} {state.worker.reason} {marks.fill(ANOTHER)}"
    if state.worker.phase == "absent" and state.worker.reason:
        return f"{marks.warning} {state.worker.reason}"
    if state.last_run and has_output:
        return ""
    return marks.fill(EMPTY if state.verdict is None else OF_CHECK)


def _ended_words(ending: RunSummary, marks: Marks, has_output: bool) -> str:
    ms = ending.milliseconds
    took = f"{ms:.0f} ms" if ms < 1_000 else f"{ms / 1_000:.1f} s"
    if ending.outcome == "finished":
        silent = "" if has_output else " It printed nothing."
        return f"{marks.tick} finished in {took}.{silent}"
    where = f", line {ending.line}" if ending.line else ""
    word = "error" if ending.outcome == "raised" else ending.outcome
    return f"{marks.cross} {word}{where}"


def _ending_words(ending: RunSummary, marks: Marks) -> Content:
    """Return the explanation: cause, line, original message, values, remarks."""
    message = marks.transcribe(ending.message)
    parts = [inline(" ".join(p.split())) for p in message.strip().split("\n\n") if p]
    parts += [Content(f"  {line}") for line in ending.evidence]
    parts += [
        Content.assemble(inline(marks.transcribe(label)), f": {value}")
        for label, value in ending.values
    ]
    parts += [inline(marks.transcribe(remark)).stylize("$warning") for remark in ending.remarks]
    return Content("\n").join(parts)
