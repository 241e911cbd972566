"""Grading for `nntutor grade`: one answer, many, a submission, or the changes of two files."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, TypeAlias

import click

from tutor.authoring.batch.changed import change_json, change_text, compare, summary
from tutor.authoring.batch.cluster_place import NEEDS_DASK, find_place
from tutor.authoring.batch.command import BatchCommand
from tutor.authoring.batch.judging import WorkerGone
from tutor.authoring.batch.options import BatchOptions
from tutor.authoring.batch.verdict_file import CannotUse, CannotWrite
from tutor.authoring.capped_runner import CappedRunner
from tutor.authoring.grade_answers import grade_file, verdict_json
from tutor.authoring.json_lines import json_line
from tutor.classroom.autograder import (
    ResultsFormat,
    StepResult,
    UnknownMarked,
    judge_submission,
    result_bytes,
    to_mark,
)
from tutor.classroom.uploads import read_upload
from tutor.cli import late
from tutor.cli.command_worker import (
    exit_unprotected,
    grading_config,
    run_with_worker,
    why_none_was_run,
)
from tutor.cli.telling import STOPPED, exit_wrong_use, warn
from tutor.cli.usable_steps import find_step, usable_course
from tutor.client.short_lived import NotProtected, run_until_signal, with_worker
from tutor.config import Config
from tutor.control_group import cores
from tutor.course.kinds import kind_of
from tutor.course.model import Course, Step
from tutor.paths import Places
from tutor.session.words.watch_text import verdict_text

JudgeLines: TypeAlias = Callable[[BatchCommand, Places, int | None, bool], bool]


def _gradable_step(course: Course, step_id: str) -> Step:
    step = find_step(course, step_id)
    kind = kind_of(step)
    if not (kind.has_judged_program or kind.is_guessed):
        exit_wrong_use(f"`{step_id}` is not a code exercise, so there is no program to grade.")
    return step


def grade_one(
    places: Places,
    step_id: str,
    file: BinaryIO,
    used: Sequence[str],
    *,
    as_json: bool,
    trusted: bool,
) -> bool:
    course = usable_course(places)
    config = grading_config(places)
    step = _gradable_step(course, step_id)
    source = _decoded(file.name, file.read())
    own = _used_programs(step, used)
    verdict = run_with_worker(
        lambda client: grade_file(
            course, step.id, source, CappedRunner(client, config.limits), own
        ),
        places,
        config,
        trusted=trusted,
    )
    if as_json:
        click.echo(json_line(verdict_json(verdict, id=None, step=step.id)), nl=False)
    else:
        click.echo(verdict_text(verdict))
    return verdict.accepted


def grade_submission(
    places: Places,
    results_format: ResultsFormat,
    folder: Path,
    marked: Sequence[str],
    out: Path | None,
    trusted: bool,
) -> bool:
    """Write the results of a submission; return False if an answer could not be judged."""
    course = usable_course(places)
    config = grading_config(places)
    try:
        steps = to_mark(course, marked)
    except UnknownMarked as problem:
        exit_wrong_use(str(problem))
    uploaded = read_upload(folder, course, steps)
    problems = uploaded.problems
    results: tuple[StepResult, ...] = ()
    try:
        results = with_worker(
            lambda client: judge_submission(
                steps,
                uploaded.programs,
                lambda step, code, own: grade_file(
                    course, step, code, CappedRunner(client, config.limits), own
                ),
            ),
            config,
            places,
            trusted=trusted,
            tell=warn,
        )
    except NotProtected as problem:  # people who see only the results get no other message
        problems = (why_none_was_run(problem), *problems)
        warn(problems[0])
    late.write_out(result_bytes(results_format, results, problems, course), out)
    return bool(results) and all(each.is_judged for each in results)


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        exit_wrong_use(f"{name} is not UTF-8 text (byte {error.start}). Save it as UTF-8.")


def _used_programs(step: Step, used: Sequence[str]) -> dict[str, str]:
    """Return the programs named by `--used`, by the ids of their steps."""
    known = [each.step for each in step.used]
    programs: dict[str, str] = {}
    for text in used:
        step_id, _, name = text.partition("=")
        if step_id not in known:
            exit_wrong_use(f"`{step.id}` does not use a step `{step_id}`: --used STEP=FILE.")
        try:
            programs[step_id] = _decoded(name, Path(name).read_bytes())
        except OSError as error:
            exit_wrong_use(f"{name} cannot be read: {error.strerror or error}.")
    return programs


def grade_lines(places: Places, lines: BinaryIO, options: BatchOptions, *, trusted: bool) -> int:
    """Judge many answers, and return the exit status."""

    def write(record: dict[str, object]) -> None:
        click.echo(json_line(record), nl=False)

    try:
        course = usable_course(places)
        gc.freeze()  # else each collection would go through all lessons
        config = grading_config(places)
        judge = (
            _judge_here(config) if options.dask is None else _cluster_judge(options.dask, course)
        )
        with BatchCommand(course, lines, options, write, warn, config.limits) as command:
            try:
                accepted = judge(command, places, options.jobs, trusted)
            except (WorkerGone, CannotWrite) as problem:
                warn(f"{problem} {command.how_to_go_on()}")
                return 1
            except KeyboardInterrupt:
                warn(f"Stopped. {command.how_to_go_on()}")
                return STOPPED
    except CannotUse as problem:
        exit_wrong_use(str(problem))
    return 0 if accepted else 1


def _judge_here(config: Config) -> JudgeLines:
    """Return a function that judges with a worker of these settings."""

    def judge(command: BatchCommand, places: Places, jobs: int | None, trusted: bool) -> bool:
        return run_with_worker(
            command.run,
            places,
            config,
            trusted=trusted,
            parallel=jobs,
            parallel_batches=max(1, min(command.jobs, cores()) // 2),
        )

    return judge


def _cluster_judge(where: str, course: Course) -> JudgeLines:
    """Return a function that judges on the cluster; raise CannotUse if that is impossible."""
    place = find_place(where)
    try:
        grade_on = late.grade_on_cluster()
    except ModuleNotFoundError as missing:
        raise CannotUse(NEEDS_DASK) from missing

    def judge(command: BatchCommand, places: Places, jobs: int | None, trusted: bool) -> bool:
        try:
            return run_until_signal(
                lambda: grade_on(place, command, course, places, warn, trusted=trusted, jobs=jobs)
            )
        except NotProtected as problem:
            exit_unprotected(problem)

    return judge


def tell_changed(old: Path, new: Path, *, as_json: bool) -> bool:
    """Print the verdicts that differ in the newer file; return True if there are any."""
    try:
        comparison = compare(old, new)
    except OSError as error:
        exit_wrong_use(f"{error.filename} cannot be read: {error.strerror or error}.")
    for change in comparison.changes:
        click.echo(
            json_line(change_json(change)) if as_json else f"{change_text(change)}\n", nl=False
        )
    click.echo(summary(comparison), err=True)
    return bool(comparison.changes)
