"""The pane Lab: sliders, the last run's result, the goals, and the locked program."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from tutor.course.kinds import kind_of, scaffold_of
from tutor.course.model import Step
from tutor.course.slider_values import (
    DRAWING,
    is_drawn,
    lab_program,
    lines_of,
    values_or_start,
)
from tutor.first_screen.given_code import SHOW_ALL
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.question_form import HowLine, QuestionForm
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.widgets.lesson_text import LessonText
from tutor.ui.widgets.sliders import Sliders
from tutor.ui.words import aligned, awaited, inline, paragraphs

A_NUMBER = "a number"
GUESS = "Type your guess. Enter runs the program."
MOVE = "Left and Right move the slider"
CHOOSE = "Up and Down choose, Left and Right move"
EACH_RUNS = ": each move is a run."
LIVE = ", also while the program runs."
DRAW = "Change cells of the pad, at the right."
NEXT = "{key:next_step} goes on to the next step."

CLOSED_LINES = 2
"""Lines of the closed program, below those of the sliders."""
MAX_GUESS = 20


class LabPane(Pane):
    """The pane with the sliders of a lab; it holds their values as an editor holds its text."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("lab", timeline, marks=marks)
        self._step: Step | None = None
        self._loaded = ""
        self._drawing = ""
        self._question = StableStatic("", id="lab-question")
        self._field = Input(id="lab-field", placeholder=A_NUMBER, max_length=MAX_GUESS)
        self._sliders = Sliders(glyphs=marks.glyphs, id="lab-sliders")
        self._state = StableStatic("", id="lab-state", classes="empty")
        self._result = StableStatic("", id="lab-result", classes="empty")
        self._goals = StableStatic("", id="lab-goals")
        self._after = LessonText(id="lab-after", classes="empty")
        self._given, self._program = (
            CodeView(
                id=f"lab-{label}",
                label=label,
                preview_lines=0,
                key_note=marks.fill(SHOW_ALL),
                glyphs=marks.glyphs,
            )
            for label in ("given", "program")
        )
        self.givens = (self._given, self._program)
        self._scroll = VerticalScroll(id="lab-scroll", can_focus=False)
        self._how = HowLine(self._scroll, marks=marks, id="lab-how")

    def compose(self) -> ComposeResult:
        with self._scroll:
            yield self._question
            yield self._field
            yield self._sliders
            yield self._state
            yield self._result
            yield self._goals
            yield self._after
            yield self._given
            yield self._program
        yield self._how

    def on_mount(self) -> None:
        super().on_mount()
        for view in (self._given, self._program):
            self.call_after_refresh(view.enable_highlighting)

    def load(self, text: str) -> None:
        self._loaded = text
        if self._step is not None:
            values = values_or_start(self._step, text)
            self._drawing = str(values.get(DRAWING, ""))
            self._sliders.show(self._step.sliders, values)
            self._show_program(self._step)

    def reset(self) -> None:
        if self._step is not None:
            self.load(scaffold_of(self._step))

    @property
    def lines(self) -> str:
        if self._step is None:
            return ""
        return lines_of(self._step, {**self._sliders.values, DRAWING: self._drawing})

    @property
    def guess(self) -> str:
        return self._field.value

    def focus_target(self) -> Widget:
        return self._field if self._field.display else self._sliders

    def draw(self, old: State | None, new: State) -> None:
        step = new.step
        if step is None or not kind_of(step).has_sliders:
            self._step = None
            return
        if step is not self._step:
            self._begin(step)
        had_focus = self.has_focus_within
        self._question.display = self._field.display = new.wants_guess
        self._sliders.disabled = new.wants_guess
        if is_drawn(step) and new.pad is not None and new.pad.cells != self._drawing:
            self._drawing = new.pad.cells
            self._show_program(step)
        if had_focus and not self.focus_target().has_focus:
            self.screen.set_focus(self.focus_target())
        for line, words in (
            (self._state, state_words(new, self.marks)),
            (self._result, result_words(new, self.marks)),
            (self._goals, goal_words(step, new, self.marks)),
        ):
            line.update_if_changed(words)
            line.set_class(not words.plain, "empty")
        is_done = len(new.goals) == len(step.goals)
        self._after.text = step.after.strip() if is_done else ""
        self._after.set_class(not self._after.text, "empty")
        self._how.say(how_words(step, new, self.marks))

    def on_key(self, event: events.Key) -> None:
        """Hand in the guess at once: the keys typed after it are for the sliders."""
        if event.key == "enter" and self._field.has_focus:
            event.stop()
            event.prevent_default()
            self.post_message(QuestionForm.Submitted())

    def on_sliders_moved(self, event: Sliders.Moved) -> None:
        event.stop()
        if self._step is not None:
            self._show_program(self._step)
            self.post_message(QuestionForm.Submitted())

    def _begin(self, step: Step) -> None:
        self._step = step
        self._field.value = ""
        self._question.update_if_changed(inline(self.marks.transcribe(step.guess)))
        self._given.code = step.given.strip("\n")
        self._given.display = bool(step.given.strip())
        self._given.opened = self._program.opened = False
        self._program.preview_lines = 0 if is_drawn(step) else len(step.sliders) + CLOSED_LINES
        self._sliders.display = bool(step.sliders)
        self.load(self._loaded)
        self._scroll.scroll_home(animate=False)

    def _show_program(self, step: Step) -> None:
        self._program.code = lab_program(step, self.lines)


def state_words(state: State, marks: Marks) -> Content:
    activity, ending = state.activity, state.ending
    if activity is not None and state.queued:
        return Content(f"{marks.busy} {awaited(state)}")
    if activity is not None:
        return Content(f"{marks.busy} running{activity.elapsed} {marks.ellipsis}")
    if ending is None or not ending.message:
        return Content("")
    return Content("\n").join(paragraphs(ending.message, marks))


def result_words(state: State, marks: Marks) -> Content:
    values = state.ending.values if state.ending is not None else ()
    guess = (("your guess", state.guess),) if state.guess else ()
    return Content("\n").join(aligned((*guess, *values), marks))


def goal_words(step: Step, state: State, marks: Marks) -> Content:
    lines = []
    for index, goal in enumerate(step.goals):
        is_reached = index in state.goals
        mark, style = (marks.tick, "bold $success") if is_reached else (marks.open, "")
        said = inline(marks.transcribe(" ".join(goal.say.split())))
        lines.append(Content.assemble((f"{mark} ", style), said))
    return Content("\n").join(lines)


def how_words(step: Step, state: State, marks: Marks) -> str:
    if state.wants_guess:
        return GUESS
    if len(state.goals) == len(step.goals):
        return marks.fill(NEXT)
    if is_drawn(step):
        return marks.fill(DRAW)
    is_live = any(slider.live for slider in step.sliders)
    return (CHOOSE if len(step.sliders) > 1 else MOVE) + (LIVE if is_live else EACH_RUNS)
