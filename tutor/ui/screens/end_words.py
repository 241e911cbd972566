"""The words at the end of a lesson and of the course: what one can do now, and what comes next.

Pure functions. While steps are still open, that is said first, and nothing is promised yet.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tutor.course.model import LessonOutline, StepHeader
from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.session.words.lesson_keys import fill_lesson_keys
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
    """What the page at the end of a lesson or of the course says."""

    title: str
    text: str
    """In Markdown."""
    rows: tuple[ListRow, ...]
    """The steps to go to, below headings that say why."""
    next_step: str = ""
    """The id of the step that comes next, "" after the last lesson."""


def course_ending(state: State, marks: Marks) -> Ending:
    """Return what is said at the end of the course, which has ended once all needed is done."""
    course = state.course
    still_open = _still_open(_needed(course.steps()), state)
    parts = [_summary(course.steps(), state), *_outcomes(course.lessons, state)]
    if course.after.strip() and not still_open:
        parts += ["**What next?**", course.after.strip()]
    return Ending(
        title=NOT_THE_END if still_open else THE_END,
        text=fill_lesson_keys("\n\n".join(parts), marks.keys),
        rows=tuple(_rows(course.steps(), state, marks)),
    )


def lesson_ending(state: State, marks: Marks) -> Ending:
    """Return what is said after the last step of the lesson on screen.

    That of the last lesson is the end of the course.
    """
    lessons = state.course.lessons
    here = state.step.lesson if state.step is not None else ""
    for lesson, following in itertools.pairwise(lessons):
        if lesson.id == here:
            return _ending_between(lesson, following, state, marks)
    return course_ending(state, marks)


def _ending_between(
    lesson: LessonOutline, following: LessonOutline, state: State, marks: Marks
) -> Ending:
    parts = [_summary(lesson.steps, state), *_outcomes([lesson], state)]
    parts += ["**What comes next?**", _described(following, state)]
    is_done = not _still_open(_needed(lesson.steps), state)
    first = following.steps[:1]
    return Ending(
        title=f"“{lesson.title}” is done" if is_done else f"{NOT_THE_END} of “{lesson.title}”",
        text=fill_lesson_keys("\n\n".join(parts), marks.keys),
        rows=(
            *_group(NEXT, [_row(_mark(each, state, marks), each) for each in first]),
            *_rows(lesson.steps, state, marks),
        ),
        next_step=first[0].id if first else "",
    )


def _summary(steps: Sequence[StepHeader], state: State) -> str:
    needed = _needed(steps)
    still_open = len(_still_open(needed, state))
    if not still_open:
        return "All steps are done."
    done = len(needed) - still_open
    return f"{done} of {counted(len(needed), 'required step')} done. The others are listed below."


def _outcomes(lessons: Iterable[LessonOutline], state: State) -> list[str]:
    finished = [each for each in lessons if not _still_open(_needed(each.steps), state)]
    outcomes = [f"- {outcome}" for lesson in finished for outcome in lesson.outcomes]
    return ["**You can now**", "\n".join(outcomes)] if outcomes else []


def _described(lesson: LessonOutline, state: State) -> str:
    """Return a lesson's title and size, and what it builds on of which steps are open."""
    size = counted(len(lesson.steps), "step")
    size += f", about {counted(lesson.minutes, 'minute')}" if lesson.minutes is not None else ""
    words = f"{lesson.title}: {size}."
    needed = [
        each.title
        for each in state.course.lessons
        if each.id in lesson.needs and _still_open(_needed(each.steps), state)
    ]
    return f"{words} It builds on {' and '.join(needed)}." if needed else words


def _rows(steps: Sequence[StepHeader], state: State, marks: Marks) -> list[ListRow]:
    helped = [step for step in steps if step.id in state.done and _help(step, state)]
    optional = _still_open((step for step in steps if step.optional), state)
    return [
        *_group(OPEN, [_row(marks.open, each) for each in _still_open(_needed(steps), state)]),
        *_group(
            HELPED,
            [
                _row(_mark(each, state, marks), each, f"{marks.dot}{_help(each, state)}")
                for each in helped
            ],
        ),
        *_group(OPTIONAL, [_row(marks.open, each) for each in optional]),
    ]


def _group(heading: str, rows: list[ListRow]) -> list[ListRow]:
    return [ListRow(heading, bold=len(heading)), *rows] if rows else []


def _row(mark: str, step: StepHeader, more: str = "") -> ListRow:
    return ListRow(f"{mark} {f'{step.section} {step.title}'.strip()}{more}", step.id)


def _mark(step: StepHeader, state: State, marks: Marks) -> str:
    if step.id not in state.done:
        return marks.open
    return marks.helped if step.id in state.helped else marks.tick


def _help(step: StepHeader, state: State) -> str:
    """Return in words with what help the step was done, "" if with none."""
    hints = state.progress.hints.get(step.id, 0)
    parts = [counted(hints, "hint")] if hints else []
    parts += [SOLUTION] if step.id in state.helped else []
    return " and ".join(parts)


def _needed(steps: Iterable[StepHeader]) -> list[StepHeader]:
    return [step for step in steps if not step.optional]


def _still_open(steps: Iterable[StepHeader], state: State) -> list[StepHeader]:
    return [step for step in steps if step.id not in state.done]
