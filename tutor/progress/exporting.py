"""The files of `nntutor export`: which are written, and that none is written over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

from tutor.course.kinds import kind_of
from tutor.course.model import CheckedStep, Course, Lesson
from tutor.progress.drafts import Drafts
from tutor.progress.lesson_script import (
    LessonScript,
    accepted_programs,
    lesson_script,
    save_files,
)
from tutor.progress.script_formats import FORMATS, as_program


class CannotExport(Exception):
    """Nothing of a lesson was written; the message says why, and what to do."""


def export_lessons(
    course: Course,
    targets: Sequence[tuple[Lesson, Path | None]],
    data: Path,
    task_of: Callable[[CheckedStep], str],
) -> Iterator[str]:
    """Write each lesson into its file, and yield what was made; without a file, the program.

    `task_of` tells what a step asks for. Raises CannotExport.
    """
    programs, drafts = accepted_programs(course, data), Drafts(data)
    for lesson, file in targets:
        steps = [cast("CheckedStep", each) for each in lesson.steps if kind_of(each).has_solution]
        script = lesson_script(
            lesson,
            programs,
            {step.id: task_of(step) for step in steps},
            {step.id: _open_text(drafts, step) for step in steps},
        )
        if file is None:
            yield as_program(script).decode().rstrip("\n")
        else:
            yield from _save(script, file / f"{lesson.id}.ipynb" if file.is_dir() else file)


def _open_text(drafts: Drafts, step: CheckedStep) -> str:
    """Return what stands in the editor of a step."""
    draft = drafts.load(step.lesson, step.id)
    return draft.text if draft is not None and draft.text else step.scaffold


def _save(script: LessonScript, file: Path) -> Iterator[str]:
    if file.suffix not in FORMATS:
        ends = ", ".join(FORMATS)
        raise CannotExport(f"{file} names no kind of file that can be written: end it in {ends}.")
    try:
        made = save_files(file, FORMATS[file.suffix](script), script.files)
    except OSError as problem:
        # without the number of an error, it says that something is there already
        reason = f"{problem.filename} cannot be written: {problem.strerror}."
        raise CannotExport(reason if problem.errno else str(problem)) from problem
    yield from map(str, made)
