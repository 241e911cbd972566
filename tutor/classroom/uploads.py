"""One learner's upload to an autograder: files named after steps, and hand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tutor.classroom.choosing import chosen
from tutor.classroom.collecting import Problems, collect, files_below
from tutor.classroom.learners import learners_of
from tutor.course.model import CheckedStep, Course
from tutor.grading.length import MAX_CODE
from tutor.progress.durable_files import read_regular, reason
from tutor.text import one_line


class UploadedPrograms(Struct, frozen=True):
    """The programs of a submission."""

    programs: dict[str, str]
    """Program of each answered step, by the step's id."""
    problems: tuple[str, ...]
    """Sentences about files that were not read, or only in part."""


def read_upload(folder: Path, course: Course, steps: Sequence[CheckedStep]) -> UploadedPrograms:
    """Return the program of each step: its file `<step>.py`, else the best one of the hand-ins."""
    collected = collect([folder])
    problems = list(collected.problems)
    programs: dict[str, str] = {}
    for learner in learners_of(collected.received, course):
        programs |= {answer.step: answer.code for answer in chosen(learner, "best")}
    for step, file in _files(folder, steps).items():
        try:
            programs[step] = read_regular(file, MAX_CODE).decode("utf-8-sig")
        except OSError as error:
            problems.append(f"{one_line(str(file))} was skipped: {reason(error)}.")
        except UnicodeDecodeError as error:
            problems.append(
                f"{one_line(str(file))} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
            )
    wanted = {step.id for step in steps}
    return UploadedPrograms(
        {key: text for key, text in programs.items() if key in wanted}, tuple(problems)
    )


def _files(folder: Path, steps: Sequence[CheckedStep]) -> dict[str, Path]:
    """Return the file of each step that has one; the outermost file of a step counts."""
    wanted = {step.id for step in steps}
    found: dict[str, Path] = {}
    files = files_below(folder, (".py",), Problems())
    for path in sorted(files, key=lambda path: len(path.parts)):
        if path.stem in wanted and not path.is_symlink():
            found.setdefault(path.stem, path)
    return found
