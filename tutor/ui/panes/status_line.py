"""The line above the keys: the running program, the last key's result, PyTorch's state."""

from __future__ import annotations

from msgspec.structs import replace
from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from tutor.course.kinds import kind_of
from tutor.session import late
from tutor.session.state import Pause, State
from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic
from tutor.wire.events import LossesRecorded

LONG_KEYS = ("{key:pause} goes on", "{key:step_phase} one phase")
SHORT_KEYS = ("{key:pause}: on", "{key:step_phase}: phase")
MORE_TIME = "{key:more_time}: more time"
PAUSES = "{key:pause} pauses"
PHASES = "{key:step_phase}: phase by phase"

EXAM = "exam: no hints, no solutions"

MAX_ROWS = 4
"""Maximum rows for a sentence that is longer than the line."""

ANY_WIDTH = 1_000
"""A width that fits any text, for a line that is not laid out yet."""


class StatusLine(StableStatic):
    """A line about the session; a notice replaces everything else, on as many rows as it needs."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state, bound by the screen."""

    def __init__(self, *, marks: Marks) -> None:
        super().__init__(one_row=True, id="status-line")
        self.marks = marks
        self._is_quiet = False

    def be_quiet(self) -> None:
        self._is_quiet = True
        self.watch_session(self.session)

    def watch_session(self, new: State) -> None:
        width = self.content_size.width
        if self._is_quiet:
            words = urgent_words(new, self.marks) or Content("")
        else:
            words = status_words(new, self.marks, width or ANY_WIDTH)
        rows = words.get_height({}, width) if width else 1
        self.styles.height = max(1, min(rows, MAX_ROWS))
        self.update_if_changed(words)

    def on_resize(self) -> None:
        self.watch_session(self.session)


def status_words(state: State, marks: Marks, width: int = ANY_WIDTH) -> Content:
    """Return the most important message, shortened to fit `width` if possible.

    In this order: a failed save, a notice, the worker, the running program, progress on the step.
    """
    urgent = urgent_words(state, marks)
    return _usual_words(state, marks, width) if urgent is None else urgent


def urgent_words(state: State, marks: Marks) -> Content | None:
    if state.save_problem:
        return Content.styled(f"{marks.warning} {state.save_problem}", "bold $error")
    if state.notice:
        notice = late.fill_known_keys(state.notice, marks.keys)
        return Content.styled(f"{marks.busy} {notice}", "bold")
    if state.worker_message:
        return Content.styled(f"{marks.warning} {state.worker_message}", "bold $warning")
    return None


def _usual_words(state: State, marks: Marks, width: int) -> Content:
    doing, activity = _activity_words(state, marks, width), state.activity
    if doing:
        cpu = memory = more = pauses = ""
        link = "slow link" if state.slow_link and activity is not None else ""
        if activity is not None and activity.used is not None:
            cpu, memory = f"cpu {activity.used.cpu_percent} %", f"{activity.used.memory_mb} MB"
        if activity is not None and activity.pause is None:
            more = marks.fill(MORE_TIME) if activity.could_have_more_time else ""
            trains = activity.kind == "run" and LossesRecorded in state.reported
            pauses = marks.fill(PAUSES) if trains else ""
        candidates = [
            [doing, more, pauses, cpu, memory, link],
            [doing, more, cpu, memory, link],
            [doing, more, memory, link],
            [doing, more, link],
            [doing, link],
        ]
        return Content(_fit(candidates, marks, width))
    watched = f"watching {state.watched.path.name}" if state.watched is not None else ""
    checks, hints = watched or _checks_words(state), _hints_words(state)
    worker, short_worker = _worker_words(state, marks), _worker_words(state, marks, version=False)
    short_hints = hints.removesuffix(" shown")
    phases = _phases_words(state, marks)
    candidates = [
        [checks, hints, phases, worker],
        [checks, hints, phases, short_worker],
        [checks, hints, worker],
        [checks, hints, short_worker],
        [checks, short_hints, short_worker],
    ]
    return Content(_fit([*candidates, [short_hints, short_worker]], marks, width))


def _fit(candidates: list[list[str]], marks: Marks, width: int) -> str:
    lines = [marks.dot.join(part for part in parts if part) for parts in candidates]
    return next((line for line in lines if cell_len(line) <= width), lines[-1])


def _activity_words(state: State, marks: Marks, width: int) -> str:
    if state.activity is None:
        return _cursor_words(state, marks)
    if state.activity.stopping:
        return f"{marks.busy} stopping"
    if state.queued:
        what = "a machine" if state.worker.phase == "waiting" else "PyTorch"
        return f"{marks.busy} waiting for {what}"
    if state.activity.pause is not None:
        return _pause_words(state.activity.pause, marks, width)
    doing = "checking" if state.activity.kind == "check" else "running"
    return f"{marks.busy} {doing}{state.activity.elapsed}"


def _cursor_words(state: State, marks: Marks) -> str:
    if state.cursor is None:
        return ""
    if state.cursor.asked:
        return f"{marks.busy} playing: Space in a chart stops it"
    if state.cursor.playing:
        return f"{marks.busy} shown again, slowly: any key ends it"
    step = f"{marks.busy} looking at step {state.cursor.step}"
    return f"{step}{marks.dot}in a chart, Left and Right move, Esc ends it"


def _pause_words(pause: Pause, marks: Marks, width: int) -> str:
    if pause.at is None:
        return f"{marks.busy} {late.wait_words(pause)}"
    place = late.place_words(pause.at)
    short = late.place_words(replace(pause.at, step=0))
    candidates = [
        marks.dot.join((f"{marks.busy} {words}", *map(marks.fill, keys)))
        for words, keys in ((place, LONG_KEYS), (place, SHORT_KEYS), (short, SHORT_KEYS))
    ]
    return next((words for words in candidates if cell_len(words) <= width), candidates[-1])


def _phases_words(state: State, marks: Marks) -> str:
    """Return the key that steps through a training, after a training run."""
    has_trained = LossesRecorded in state.reported and state.ending is not None
    return marks.fill(PHASES) if has_trained and kind_of(state.step).has_own_code else ""


def _checks_words(state: State) -> str:
    checks = 0 if kind_of(state.step).has_sliders else state.checks
    return f"checked {checks} times" if checks > 1 else "checked once" if checks else ""


def _hints_words(state: State) -> str:
    if state.is_exam:
        return EXAM
    return f"hints: {state.hints} of {state.hint_count} shown" if state.hint_count else ""


def _worker_words(state: State, marks: Marks, *, version: bool = True) -> str:
    phase = state.worker.phase
    if phase == "ready":
        number = state.worker.torch_version.partition("+")[0] if version else ""
        return f"PyTorch {number} ready".replace("  ", " ")
    if phase == "failed":
        return f"{marks.warning} PyTorch did not start" if kind_of(state.step).has_own_code else ""
    if phase == "absent" and state.worker.reason:
        return f"{marks.warning} PyTorch not started"
    if phase == "unreachable":
        return f"{marks.warning} no machine for PyTorch"
    if phase == "waiting":
        return f"waiting for a machine {marks.ellipsis}"
    if phase == "asleep":
        return "PyTorch asleep"
    if phase in ("starting", "restarting"):
        return f"preparing PyTorch {marks.ellipsis}"
    return ""
