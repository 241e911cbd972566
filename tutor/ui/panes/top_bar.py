"""The first lines: place, progress and saving, and the line of problems below that."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tutor.course.model import CourseOutline
from tutor.first_screen.top_line import Piece, saved_words, top_line
from tutor.session.state import State
from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic

MORE = "{} more: {key:help} lists them."


class TopBar(StableStatic):
    """A line about the step and the course; a short one leaves out what matters less."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state, bound by the screen."""

    def __init__(self, *, marks: Marks) -> None:
        super().__init__("nntutor", one_row=True, id="top-bar")
        self.marks = marks
        self._course = CourseOutline(title="")
        self._needed: frozenset[str] | None = None
        """Ids of the steps that complete the course; None until all are known."""

    def show_course(self, course: CourseOutline, *, whole: bool = True) -> None:
        """Use this course; count its steps only if it is `whole`, with all steps loaded."""
        self._course = course
        needed = (step.id for step in course.steps() if not step.optional)
        self._needed = frozenset(needed) if whole else None

    def watch_session(self, new: State) -> None:
        self._fit(new)

    def on_resize(self) -> None:
        self._fit(self.session)

    def _fit(self, state: State) -> None:
        step, width = state.step, self.content_size.width
        lessons = self._course.lessons if step is not None else ()
        lesson = next((each for each in lessons if step and each.id == step.lesson), None)
        needed, percent = self._needed, None
        if needed is not None:
            percent = 100 * len(needed & state.done) // max(1, len(needed))
        saved = _save_words(state, self.marks)
        pieces = top_line(step, lesson, state.done, percent, self.marks, saved, width)
        self.update_if_changed(Content.assemble(*pieces))


def _save_words(state: State, marks: Marks) -> Piece:
    if state.save_problem:
        return Piece(f"{marks.warning} not saved", "bold $error")
    if state.unsaved:
        return Piece(f"{marks.open} saving")
    if state.unwritten:
        return Piece(f"{marks.open} not written to its file")
    return saved_words(marks)


class ProblemsBar(Static):
    """A line at the top with the first problem; hidden if there is none."""

    def __init__(self, *, marks: Marks) -> None:
        super().__init__("", id="problems-bar", markup=False)
        self.marks = marks
        self.display = False

    def show_problems(self, problems: Sequence[str]) -> None:
        """Show the first problem and the number of others, or hide the line."""
        self.display = bool(problems)
        if problems:
            parts = [f"{self.marks.warning} {problems[0]}"]
            parts += [self.marks.fill(MORE).format(len(problems) - 1)] if problems[1:] else []
            self.update(self.marks.dot.join(parts))
