"""The files of `nntutor export`: they are chosen and written, and never overwrite another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

from tutor.course.kinds import kind_of
from tutor.course.model import Course, Lesson, QuestionStep, Step
from tutor.progress.drafts import Drafts
from tutor.progress.entries import QuizAnswered
from tutor.progress.fold import read_entries
from tutor.progress.lesson_script import (
    LessonScript,
    accepted_programs,
    lesson_script,
    save_files,
)
from tutor.progress.script_formats import FORMATS, as_program


class CannotExport(Exception):
    """Raised if nothing of a lesson was written; the message says why, and what to do."""


def export_lessons(
    course: Course,
    targets: Sequence[tuple[Lesson, Path | None]],
    data: Path,
    task_of: Callable[[Step], str],
) -> Iterator[str]:
    """Write each lesson into its file, and yield messages; without a file, the program.

    `task_of` returns a step's task. Raises CannotExport.
    """
    programs, drafts = accepted_programs(course, data), Drafts(data)
    judged = [each for each in read_entries(data)[0] if isinstance(each, QuizAnswered)]
    for lesson, file in targets:
        asked = [cast("QuestionStep", each) for each in lesson.steps if kind_of(each).has_question]
        steps = [each for each in lesson.steps if kind_of(each).has_judged_program]
        script = lesson_script(
            lesson,
            programs,
            {step.id: task_of(step) for step in steps},
            {step.id: _open_text(drafts, step) for step in steps},
            {step.id: text for step in asked if (text := _told_answer(step, judged))},
        )
        if file is None:
            yield as_program(script).decode().rstrip("\n")
        else:
            yield from _save(script, file / f"{lesson.id}.ipynb" if file.is_dir() else file)


def _open_text(drafts: Drafts, step: Step) -> str:
    """Return the text in the editor of a step."""
    draft = drafts.load(step.lesson, step.id)
    return draft.text if draft is not None and draft.text else step.scaffold


def _told_answer(step: QuestionStep, judged: Sequence[QuizAnswered]) -> str:
    """Return a question with its last answer, in Markdown; empty without an answer."""
    answers = [each for each in judged if each.step in (step.id, step.was)]
    if not answers:
        return ""
    said, is_right = answers[-1], answers[-1].verdict.startswith("accept")
    program = getattr(step, "program", "")
    shown = [f"```\n{program.strip()}\n```"] if program else []
    lines = [
        _told_option(" ".join(option.text.split()), said.judged.get(number), step.mode)
        for number, option in enumerate(step.options)
    ]
    typed = [f"Your answer: `{said.text}`"] if said.text else []
    what = "That is right." if is_right else "That is not right."
    if program:
        what = "It came out so." if is_right else "It came out otherwise."
    options = ["\n".join(lines)] if lines else []
    return "\n\n".join([step.text.strip("\n"), *shown, *options, *typed, what])


def _told_option(text: str, said: bool | None, mode: str) -> str:
    if mode == "true-false":
        return f"- {text}" if said is None else f"- {text} You said: {'true' if said else 'false'}."
    return f"- [{'x' if said else ' '}] {text}"


def _save(script: LessonScript, file: Path) -> Iterator[str]:
    if file.suffix not in FORMATS:
        ends = ", ".join(FORMATS)
        raise CannotExport(f"{file} names no kind of file that can be written: end it in {ends}.")
    try:
        made = save_files(file, FORMATS[file.suffix](script), script.files)
    except OSError as problem:
        # without an error number, the error means that a file exists
        reason = f"{problem.filename} cannot be written: {problem.strerror}."
        raise CannotExport(reason if problem.errno else str(problem)) from problem
    yield from map(str, made)
