"""The loader: a folder of lessons becomes a `Course`.

For code that needs whole lessons: the linter, the list, the grader. The app reads the outline, and
each step when the learner comes to it. Nothing that it reads is run, since lessons may come from
anybody.
"""

from __future__ import annotations

from pathlib import Path

from tutor.course.code_rules import check_program
from tutor.course.course_files import has_no_steps, read_course_head, read_lesson_head
from tutor.course.model import Course, Lesson, Step
from tutor.course.problems import CourseError, Problem, suggestion
from tutor.course.steps import read_step
from tutor.course.tables import problem_at


def load_course(lessons: Path) -> tuple[Course, tuple[Problem, ...]]:
    """Return the usable part of a course, and all problems in the order of the course.

    A step with a problem is left out. A lesson without a usable title has the name of its folder,
    and one of a newer format is left out.
    """
    try:
        head, findings = read_course_head(lessons)
    except CourseError as error:
        return Course(title=""), error.problems
    if head is None:
        return Course(title=""), tuple(findings.sorted())
    check_program(head.prelude, ("prelude",), findings)
    reader = _LessonReader(lessons, head.prelude)
    for name in head.lessons:
        reader.read(name)
    reader.check_former_ids()
    reader.check_needs()
    lessons_read = tuple(reader.lessons)
    course = Course(title=head.title, prelude=head.prelude, after=head.after, lessons=lessons_read)
    return course, (*findings.sorted(), *reader.problems)


class _LessonReader:
    """Reads the lessons of a course, and collects lessons and problems."""

    def __init__(self, folder: Path, prelude: str) -> None:
        self.lessons: list[Lesson] = []
        self.problems: list[Problem] = []
        self._folder = folder
        self._prelude = prelude
        self._ids: dict[str, Path] = {}
        """Ids of the steps so far, each with its file."""
        self._steps: dict[str, Step] = {}
        """Readable steps so far, by id."""

    def read(self, name: str) -> None:
        """Read a lesson with all of its steps.

        One of a newer format is left out with its steps: they may have keys that would all be
        reported as wrong.
        """
        values, problems = read_lesson_head(self._folder, name)
        self.problems += problems
        if values is None:
            return
        file = self._folder / name / "lesson.toml"
        steps: list[Step] = []
        for each in self._step_files(file):
            self._add_step(each, steps)
        parts = {"title": name, **values}
        self.lessons.append(Lesson(id=name, file=file, steps=tuple(steps), **parts))

    def check_former_ids(self) -> None:
        """Report each former id (`was`) that another step has, or has had, too."""
        former: dict[str, Path] = {}
        for step in (step for lesson in self.lessons for step in lesson.steps if step.was):
            other = self._ids.get(step.was) or former.get(step.was)
            former[step.was] = step.file
            if other is not None:
                message = f"`{step.was}` belongs to {other.parent.name}/{other.name}"
                self.problems.append(problem_at(step.file, ("was",), message))

    def check_needs(self) -> None:
        """Report each lesson in `needs` that does not come before the lesson."""
        earlier: list[str] = []
        for lesson in self.lessons:
            for index, name in enumerate(lesson.needs):
                if name not in earlier:
                    message = f"no lesson `{name}` comes before this one{suggestion(name, earlier)}"
                    self.problems.append(problem_at(lesson.file, ("needs", index), message))
            earlier.append(lesson.id)

    def _step_files(self, lesson_file: Path) -> list[Path]:
        folder = lesson_file.parent
        files = sorted(file for file in folder.glob("*.toml") if file.name != lesson_file.name)
        if not files:
            self.problems.append(has_no_steps(lesson_file))
        return files

    def _add_step(self, file: Path, steps: list[Step]) -> None:
        name = file.parent.name
        step, problems = read_step(
            file,
            name,
            self._prelude,
            self._ids,
            find_earlier=self._steps.get,
            for_author=True,
        )
        self.problems += problems
        if step is not None:
            self._steps.setdefault(step.id, step)
            steps.append(step)
