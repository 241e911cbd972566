"""The first line: the place in the course, how much of it is done, and whether all is saved."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive

from tutor.course.model import CourseOutline, LessonOutline, Step
from tutor.session.state import State
from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic

MAX_CELLS = 12
"""Steps of a lesson that have a cell each, at most."""


class TopBar(StableStatic):
    """A line about the step and the course; where it is short, what matters less is left out."""

    session: reactive[State] = reactive(State(), init=False, always_update=True, repaint=False)
    """The newest state, bound by the screen."""

    def __init__(self, *, marks: Marks) -> None:
        super().__init__("nntutor", one_row=True, id="top-bar")
        self.marks = marks
        self._course = CourseOutline(title="")
        self._needed: frozenset[str] | None = None
        """Ids of the steps with which the course is done; None while not all are known."""

    def show_course(self, course: CourseOutline, *, whole: bool = True) -> None:
        """Use this course; its steps are counted only if it is `whole`, with all steps loaded."""
        self._course = course
        needed = (step.id for step in course.steps() if not step.optional)
        self._needed = frozenset(needed) if whole else None

    def watch_session(self, new: State) -> None:
        """Show what the new state says."""
        self._fit(new)

    def on_resize(self) -> None:
        """Show as much as there is room for now."""
        self._fit(self.session)

    def _fit(self, state: State) -> None:
        width = self.content_size.width
        saved = _save_words(state, self.marks)
        for parts in _candidates(self._course, state, self.marks, self._needed):
            left = Content("  ").join(parts)
            gap = width - left.cell_length - saved.cell_length
            if gap >= 2:
                break
        self.update_if_changed(Content.assemble(left, " " * max(1, gap), saved))


def _candidates(
    course: CourseOutline, state: State, marks: Marks, needed: frozenset[str] | None
) -> list[list[Content]]:
    """Return the parts of the line, from the fullest choice to the shortest."""
    name = Content.styled("nntutor", "bold")
    step = state.step
    if step is None:
        return [[name]]
    lesson = next((each for each in course.lessons if each.id == step.lesson), None)
    title = Content.styled(f"{step.section} {step.title}".strip(), "bold")
    done = _done_words(step, state, marks)
    bar = Content(_bar(lesson, step, state, marks) if lesson else "")
    share = [Content(f"course {_percent(needed, state)} %")] if needed is not None else []
    in_lesson = Content(f"{lesson.title}{marks.between}") + title if lesson else title
    short = [title + done]
    return [
        [name, in_lesson + done, bar, *share],
        [name, in_lesson + done, bar],
        [in_lesson + done, bar],
        [title + done, bar],
        short,
        [title.truncate(30, ellipsis=True)],
    ]


def _done_words(step: Step, state: State, marks: Marks) -> Content:
    return Content.styled(f" {marks.tick} done", "$success") if step.id in state.done else Content()


def _bar(lesson: LessonOutline, step: Step, state: State, marks: Marks) -> str:
    ids = [each.id for each in lesson.steps]
    place = f"{ids.index(step.id) + 1 if step.id in ids else 0}/{len(ids)}"
    if len(ids) > MAX_CELLS:
        return place
    cells = "".join(marks.full if i in state.done else marks.empty for i in ids)
    return f"{cells} {place}"


def _percent(needed: frozenset[str], state: State) -> int:
    return 100 * len(needed & state.done) // len(needed) if needed else 0


def _save_words(state: State, marks: Marks) -> Content:
    if state.save_problem:
        return Content.styled(f"{marks.warning} not saved", "bold $error")
    if state.unsaved:
        return Content(f"{marks.open} saving")
    return Content.styled(f"{marks.tick} saved", "$success")
