"""The words at the end of the course: what one can do now, what to do next, what was helped.

Pure functions. While steps are still open, that is said first, and what to do next is to do them.
"""

from __future__ import annotations

from collections.abc import Iterable

from tutor.course.model import CourseOutline, LessonOutline, StepHeader
from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.session.words.lesson_keys import fill_lesson_keys
from tutor.ui.marks import Marks
from tutor.ui.widgets.row_list import ListRow

THE_END = "The end of the course"
NOT_THE_END = "That was the last step"
OPEN = "Still open"
HELPED = "Done with help"
OPTIONAL = "Optional, still open"
SOLUTION = "part of a solution"


def end_title(course: CourseOutline, state: State) -> str:
    """Return the heading: the course has ended only once all that is needed is done."""
    return NOT_THE_END if _still_open(_needed(course), state) else THE_END


def end_text(course: CourseOutline, state: State, marks: Marks) -> str:
    """Return the text of the page, in Markdown."""
    needed = _needed(course)
    still_open = len(_still_open(needed, state))
    summary = "All steps are done."
    if still_open:
        done = len(needed) - still_open
        summary = (
            f"{done} of {counted(len(needed), 'required step')} done. The others are listed below."
        )
    parts = [summary]
    finished = [each for each in course.lessons if _is_done(each, state)]
    outcomes = [f"- {outcome}" for lesson in finished for outcome in lesson.outcomes]
    if outcomes:
        parts += ["**You can now**", "\n".join(outcomes)]
    if course.after.strip() and not still_open:
        parts += ["**What next?**", course.after.strip()]
    return fill_lesson_keys("\n\n".join(parts), marks.keys)


def end_rows(course: CourseOutline, state: State, marks: Marks) -> list[ListRow]:
    """Return the steps to come back to, below headings that say why."""
    helped = [step for step in course.steps() if step.id in state.done and _help(step, state)]
    mark = {step.id: marks.helped if step.id in state.helped else marks.tick for step in helped}
    optional = _still_open((step for step in course.steps() if step.optional), state)
    return [
        *_group(OPEN, [_row(marks.open, each) for each in _still_open(_needed(course), state)]),
        *_group(
            HELPED,
            [_row(mark[each.id], each, f"{marks.dot}{_help(each, state)}") for each in helped],
        ),
        *_group(OPTIONAL, [_row(marks.open, each) for each in optional]),
    ]


def _group(heading: str, rows: list[ListRow]) -> list[ListRow]:
    return [ListRow(heading, bold=len(heading)), *rows] if rows else []


def _row(mark: str, step: StepHeader, more: str = "") -> ListRow:
    return ListRow(f"{mark} {step.section} {step.title}{more}", step.id)


def _help(step: StepHeader, state: State) -> str:
    """Return in words with what help the step was done, "" if with none."""
    hints = state.progress.hints.get(step.id, 0)
    parts = [counted(hints, "hint")] if hints else []
    parts += [SOLUTION] if step.id in state.helped else []
    return " and ".join(parts)


def _needed(course: CourseOutline) -> list[StepHeader]:
    return [step for step in course.steps() if not step.optional]


def _still_open(steps: Iterable[StepHeader], state: State) -> list[StepHeader]:
    return [step for step in steps if step.id not in state.done]


def _is_done(lesson: LessonOutline, state: State) -> bool:
    return all(step.id in state.done for step in lesson.steps if not step.optional)
