"""The texts at the end of a lesson and of the course: skills learnt, and the next steps.

Pure functions. If steps are still open, the text names them first, and promises nothing yet.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.model import LessonOutline, StepHeader
from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.session.words.key_names import fill_lesson_keys
from tutor.ui.marks import Marks
from tutor.ui.widgets.row_list import ListRow

THE_END = "The end of the course"
NOT_THE_END = "That was the last step"
NEXT = "Next"
OPEN = "Still open"
HELPED = "Done with help"
OPTIONAL = "Optional, still open"
SOLUTION = "part of a solution"


class Ending(Struct, frozen=True):
    """The text and steps of the page at the end of a lesson or of the course."""

    title: str
    text: str
    """Markdown text of the page."""
    rows: tuple[ListRow, ...]
    """Steps to open, below headings with the reason."""
    next_step: str = ""
    """Id of the next step; "" after the last lesson."""


def course_ending(state: State, marks: Marks) -> Ending:
    """Return the end of the course, which has ended once all required steps are done."""
    course = state.course
    is_over = not any(_is_open(lesson, state) for lesson in course.lessons)
    after = course.after.strip() if is_over else ""
    following = ("**What next?**", after) if after else ()
    title = THE_END if is_over else NOT_THE_END
    return _ending(title, course.lessons, following, course.lessons, state, marks)


def lesson_ending(state: State, marks: Marks) -> Ending:
    """Return the text and steps after the last step of the lesson on screen.

    The last lesson returns the end of the course, unless steps of other lessons are open.
    """
    lessons = state.course.lessons
    here = state.step.lesson if state.step is not None else ""
    for lesson, following in itertools.zip_longest(lessons, lessons[1:]):
        if lesson.id == here and following is not None:
            ending = _lesson_ending(lesson, _described(following, state), [lesson], state, marks)
            first = following.steps[:1]
            rows = [_row(_mark(each, state, marks), each) for each in first]
            rows = _group(f"{NEXT}: {following.title}", rows)
            next_step = first[0].id if first else ""
            return replace(ending, rows=(*rows, *ending.rows), next_step=next_step)
        if lesson.id == here and any(_is_open(each, state) for each in lessons if each != lesson):
            needed = _needed(state.course.steps())
            done = len(needed) - len(_still_open(needed, state))
            words = f"{done} of {counted(len(needed), 'required step')} done in the whole course."
            words = f"This was the last lesson, with {words}"
            return _lesson_ending(lesson, words, lessons, state, marks)
    return course_ending(state, marks)


def _lesson_ending(
    lesson: LessonOutline,
    following: str,
    listed: Sequence[LessonOutline],
    state: State,
    marks: Marks,
) -> Ending:
    title = f"“{lesson.title}” is done"
    if _is_open(lesson, state):
        title = f"{NOT_THE_END} of “{lesson.title}”"
    return _ending(title, [lesson], ("**What comes next?**", following), listed, state, marks)


def _ending(
    title: str,
    lessons: Sequence[LessonOutline],
    following: tuple[str, ...],
    listed: Sequence[LessonOutline],
    state: State,
    marks: Marks,
) -> Ending:
    """Return the end of these lessons, with the steps to repeat of the `listed` ones."""
    steps = [step for lesson in lessons for step in lesson.steps]
    finished = [each for each in lessons if not _is_open(each, state)]
    learnt = "\n".join(f"- {outcome}" for lesson in finished for outcome in lesson.outcomes)
    outcomes = ("**You can now**", learnt) if learnt else ()
    text = "\n\n".join((_summary(steps, state), *outcomes, *following))
    rows = tuple(_rows(listed, state, marks))
    return Ending(title, fill_lesson_keys(text, marks.keys), rows)


def _summary(steps: Sequence[StepHeader], state: State) -> str:
    needed = _needed(steps)
    still_open = len(_still_open(needed, state))
    if still_open:
        done = len(needed) - still_open
        return (
            f"{done} of {counted(len(needed), 'required step')} done. The others are listed below."
        )
    optional = len(_still_open(steps, state))
    if not optional:
        return "All steps are done."
    return f"All required steps are done. Still open: {counted(optional, 'optional step')}."


def _described(lesson: LessonOutline, state: State) -> str:
    """Return a lesson's title, size, and the open lessons that it builds on."""
    size = counted(len(lesson.steps), "step")
    size += f", about {counted(lesson.minutes, 'minute')}" if lesson.minutes is not None else ""
    words = f"{lesson.title}: {size}."
    needed = [
        each.title
        for each in state.course.lessons
        if each.id in lesson.needs and _is_open(each, state)
    ]
    return f"{words} It builds on {' and '.join(needed)}." if needed else words


def _rows(lessons: Sequence[LessonOutline], state: State, marks: Marks) -> Iterator[ListRow]:
    """Yield the steps to repeat by reason; of several lessons, each has a heading."""
    for heading in (OPEN, HELPED, OPTIONAL):
        for lesson in lessons:
            of_it = f" in “{lesson.title}”" if len(lessons) > 1 else ""
            if heading == HELPED:
                done = [(each, _help(each, state)) for each in lesson.steps]
                rows = [
                    _row(_mark(each, state, marks), each, f"{marks.dot}{help_}")
                    for each, help_ in done
                    if help_ and each.id in state.done
                ]
            else:
                steps = (each for each in lesson.steps if each.optional is (heading == OPTIONAL))
                rows = [_row(marks.open, each) for each in _still_open(steps, state)]
            yield from _group(f"{heading}{of_it}", rows)


def _group(heading: str, rows: list[ListRow]) -> list[ListRow]:
    return [ListRow(heading, bold=len(heading)), *rows] if rows else []


def _row(mark: str, step: StepHeader, more: str = "") -> ListRow:
    return ListRow(f"{mark} {step.title}{more}", step.id)


def _mark(step: StepHeader, state: State, marks: Marks) -> str:
    if step.id not in state.done:
        return marks.open
    return marks.helped if step.id in state.helped else marks.tick


def _help(step: StepHeader, state: State) -> str:
    """Return the help that the step was done with, in words; "" without any."""
    hints = state.progress.hints.get(step.id, 0)
    parts = [counted(hints, "hint")] if hints else []
    parts += [SOLUTION] if step.id in state.helped else []
    return " and ".join(parts)


def _needed(steps: Iterable[StepHeader]) -> list[StepHeader]:
    return [step for step in steps if not step.optional]


def _is_open(lesson: LessonOutline, state: State) -> bool:
    """Return True if a step that the lesson needs is not done."""
    return bool(_still_open(_needed(lesson.steps), state))


def _still_open(steps: Iterable[StepHeader], state: State) -> list[StepHeader]:
    return [step for step in steps if step.id not in state.done]
