"""The linter for lessons: everything that can be wrong with them, one line a problem.

For `nntutor check` and the tests of the content. Problems of the loader come first; the rules of
this room examine texts, run programs, and compare steps. Programs run in the given runner only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tutor.authoring.course_rules import check_families, check_terms, files_that_bind
from tutor.authoring.goal_rules import check_lab
from tutor.authoring.mutation.mutation_pass import MutationPass
from tutor.authoring.program_rules import check_order, check_programs
from tutor.authoring.question_rules import check_prediction, check_question
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import check_texts
from tutor.authoring.unfinished import unfinished_in_heads, unfinished_in_step
from tutor.course.kinds import kind_of
from tutor.course.load import load_course
from tutor.course.model import AnyKind, Course, QuizStep, Step
from tutor.course.problems import Problem
from tutor.grading.verdict import Runner


async def check(
    lessons: Path,
    paths: tuple[Path, ...],
    runner: Runner,
    progress: Callable[[int, int, str], None],
    mutation: MutationPass | None = None,
    *,
    jobs: int = 1,
) -> tuple[Problem, ...]:
    """Return the problems of all lessons, or of the lesson folders and files in `paths`.

    `progress` gets the number of steps done, of all steps, and the id of the next, "" at the end;
    then the same of mutants, if there is a `mutation` pass. It leaves out steps with an error.
    `jobs` steps are checked at once.
    """
    course, problems = load_course(lessons)
    refused = [problem for path in paths if (problem := _path_problem(path, lessons)) is not None]
    chosen = [path.resolve() for path in paths]
    chosen += files_that_bind(course, chosen)
    all_problems = [
        *refused,
        *problems,
        *unfinished_in_heads(lessons),
        *_unnamed_lessons(lessons, course, problems),
        *check_terms(course),
        *check_families(lessons, course),
    ]
    steps = [step for step in course.steps() if _is_in(step.file, chosen)]
    all_problems += await _check_steps(steps, runner, jobs, progress)
    if mutation is not None:
        all_problems += await mutation.check(_sound_programs(steps, all_problems), progress)
    course_file = lessons / "course.toml"
    return tuple(
        problem
        for problem in all_problems
        if problem in refused or problem.file == course_file or _is_in(problem.file, chosen)
    )


def problem_json(problem: Problem) -> dict[str, object]:
    """Return a problem as a record for `--json`."""
    return {
        "file": str(problem.file),
        "line": problem.line,
        "key": problem.key,
        "severity": problem.severity,
        "message": problem.message,
    }


def _sound_programs(steps: Sequence[Step], problems: Sequence[Problem]) -> list[Step]:
    """Return the steps with a solution that have no error."""
    broken = {problem.file for problem in problems if problem.severity != "warning"}
    return [step for step in steps if kind_of(step).has_solution and step.file not in broken]


async def _check_steps(
    steps: Sequence[Step], runner: Runner, jobs: int, progress: Callable[[int, int, str], None]
) -> list[Problem]:
    """Return the problems in the order of the steps, whichever is done first."""
    slots = asyncio.Semaphore(jobs)
    done = 0

    async def checked(step: Step) -> Sequence[Problem]:
        nonlocal done
        async with slots:
            progress(done, len(steps), step.id)
            found = await _check_step(step, runner)
            done += 1
            return found

    found = await asyncio.gather(*map(checked, steps))
    progress(len(steps), len(steps), "")
    return [problem for problems in found for problem in problems]


async def _check_step(step: Step, runner: Runner) -> Sequence[Problem]:
    if unfinished := unfinished_in_step(step):
        return unfinished
    findings = StepFindings(step)
    check_texts(step, findings)
    if check_kind := _CHECKS.get(step.kind):
        await check_kind(step, runner, findings)
    return sorted(findings.problems, key=lambda problem: problem.line)


async def _check_quiz(step: QuizStep, _runner: Runner, findings: StepFindings) -> None:
    check_question(step, findings)


_CHECKS: Mapping[AnyKind, Callable[[Any, Runner, StepFindings], Awaitable[None]]] = {
    "quiz": _check_quiz,
    "predict": check_prediction,
    "code": check_programs,
    "order": check_order,
    "lab": check_lab,
}
"""Rules for a kind of step, besides those for all texts."""


def _path_problem(path: Path, lessons: Path) -> Problem | None:
    """Return why a path cannot be checked; None if it can be."""
    if path.suffix == ".py":
        message = f"is a program, not a lesson: did you mean `nntutor grade STEP {path}`?"
    elif not path.exists():
        message = "there is no such file or folder"
    elif not _is_in(path, [lessons.resolve()]):
        message = f"is not among the lessons in {lessons}: name their folder with `--lessons`"
    elif path.is_file() and path.suffix != ".toml":
        message = "is not a step: steps are TOML files"
    else:
        return None
    return Problem(path, 1, "file", message)


def _is_in(path: Path, chosen: Sequence[Path]) -> bool:
    """Return True if the path is chosen or lies below a chosen one, or none is chosen."""
    resolved = path.resolve()
    return not chosen or any(resolved.is_relative_to(other) for other in chosen)


def _unnamed_lessons(lessons: Path, course: Course, problems: Sequence[Problem]) -> list[Problem]:
    """Return a warning for each lesson folder that the course does not name."""
    named = {lesson.id for lesson in course.lessons} | {p.file.parent.name for p in problems}
    message = "the lesson is not named in `order` of course.toml, so no learner sees it"
    return [
        Problem(file, 1, "file", message, "warning")
        for file in sorted(lessons.glob("*/lesson.toml"))
        if file.parent.name not in named
    ]
