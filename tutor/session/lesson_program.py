"""The writing of a learner's answers to a lesson as one plain program, where the learner works.

It reads the whole course and waits for the disk, so that it is called in a thread. Nothing that is
there already is written over: another name is taken instead.
"""

from __future__ import annotations

import itertools
from pathlib import Path

from tutor.course.load import load_course
from tutor.course.model import Lesson
from tutor.paths import Places
from tutor.progress.lesson_script import (
    LessonScript,
    accepted_programs,
    lesson_script,
    save_files,
)
from tutor.progress.script_formats import as_program

NO_LESSON = "This lesson cannot be read, so nothing was written. `nntutor check` says why."
NO_ANSWERS = "No answer to this lesson is accepted yet, so there is nothing to write."
NOT_WRITTEN = "Nothing was written: {reason}. `nntutor export {lesson} FILE` writes elsewhere."


def write_answers(places: Places, lesson_id: str, folder: Path) -> str:
    """Write `<lesson>.py` and the data files that it opens; return in words what became of it."""
    course, _ = load_course(places.lessons)
    lesson = next((each for each in course.lessons if each.id == lesson_id), None)
    if lesson is None:
        return NO_LESSON
    programs = accepted_programs(course, places.data)
    if not any(step.id in programs for step in lesson.steps):
        return NO_ANSWERS
    script = lesson_script(lesson, programs)
    try:
        return _write(script, as_program(script), lesson, folder)
    except OSError as error:
        reason = error.strerror or str(error)
        return NOT_WRITTEN.format(reason=reason, lesson=lesson.id)


def _write(script: LessonScript, text: bytes, lesson: Lesson, folder: Path) -> str:
    """Write the script under the first name that is free, or has this very text already."""
    numbered = (folder / f"{lesson.id}-{number}.py" for number in itertools.count(2))
    names = itertools.chain([folder / f"{lesson.id}.py"], numbered)
    file = next(each for each in names if _may_hold(each, text))
    if not file.exists():
        save_files(file, text, script.files)
    beside = ", ".join(name for name, _ in script.files)
    parts = [f"Your answers are in {file}. It runs without nntutor: `python {file.name}`."]
    parts += [f"Beside it: {beside}."] if beside else []
    parts += [f"Not answered yet, so left out: {', '.join(script.missing)}."] * bool(script.missing)
    return " ".join(parts)


def _may_hold(file: Path, text: bytes) -> bool:
    try:
        return file.read_bytes() == text
    except FileNotFoundError:
        return True
    except IsADirectoryError:
        return False
