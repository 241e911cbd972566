"""The command `nntutor grade`: one answer, many, or a submission for an autograder.

It decides between these by its options; the judging itself is in authoring and classroom.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeVar

import click

from tutor.cli import here_option, place_options, places_of
from tutor.cli.command_worker import (
    exit_unprotected,
    grading_config,
    run_with_worker,
    why_none_was_run,
)
from tutor.cli.telling import STOPPED, exit_wrong_use, warn, write_out
from tutor.cli.usable_steps import complete_step, find_step, usable_course

if TYPE_CHECKING:
    from tutor.authoring.batch.command import BatchCommand
    from tutor.authoring.batch.options import BatchOptions
    from tutor.classroom.autograder import ResultsFormat, StepResult
    from tutor.config import Config
    from tutor.course.model import Course, Step
    from tutor.paths import Places

    JudgeLines: TypeAlias = Callable[[BatchCommand, Places, int | None, bool], bool]

Command = TypeVar("Command", bound=Callable[..., Any])


def _results_options(command: Command) -> Command:
    """Add the options of `grade --format`, which judges a submission for an autograder."""
    for option in (
        click.option(
            "--for",
            "marked",
            multiple=True,
            metavar="LESSON|STEP",
            help="With --format: what to mark; by default all exercises of the course.",
        ),
        click.option(
            "--submission",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            metavar="DIR",
            help="With --format: a folder with files <step>.py, or with the hand-ins of a learner.",
        ),
        click.option(
            "--format",
            "results_format",
            type=click.Choice(("gradescope", "autolab")),
            help="Judge a --submission, and write the results as that autograder reads them.",
        ),
    ):
        command = option(command)
    return command


def _batch_options(command: Command) -> Command:
    """Add the options of `grade --jsonl`."""
    path = click.Path(dir_okay=False, path_type=Path)
    for option in (
        click.option(
            "--dask",
            metavar="WHERE",
            help="Judge on a cluster: local, slurm:JOBS, tls://HOST:PORT, or a TOML file.",
        ),
        click.option("--progress", is_flag=True, help="Print the rate even without a terminal."),
        click.option("--no-dedupe", is_flag=True, help="Judge equal answers separately."),
        click.option(
            "--since",
            type=path,
            metavar="OLD",
            help="Verdicts to reuse if step, program and tutor are the same.",
        ),
        click.option(
            "--resume",
            type=path,
            metavar="OUT",
            help="Continue this file after its verdicts, or begin it.",
        ),
        click.option(
            "--out",
            type=path,
            help="Output file; with --jsonl a new one, of whole lines.",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1),
            help="Answers judged at once; by default the cores + 1, fewer if memory is short.",
        ),
        click.option(
            "--jsonl",
            type=click.File("rb"),
            help='A file (or -) of lines {"id", "step", "code"}; writes a verdict for each.',
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("step", required=False, shell_complete=complete_step)
@click.argument("file", required=False, type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="The verdict as one JSON object.")
@click.option(
    "--used",
    multiple=True,
    metavar="STEP=FILE",
    help="The answer to an earlier step that STEP uses; by default the solution of that step.",
)
@_results_options
@_batch_options
@click.option(
    "--changed",
    nargs=2,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="OLD NEW",
    help="Judge nothing; list the verdicts that differ in NEW.",
)
@click.option(
    "--trust-answers",
    is_flag=True,
    help="Grade even if the kernel cannot keep programs from the network and your files.",
)
@place_options
@here_option
@click.pass_context
def grade(
    context: click.Context,
    step: str | None,
    file: BinaryIO | None,
    as_json: bool,
    used: tuple[str, ...],
    results_format: ResultsFormat | None,
    submission: Path | None,
    marked: tuple[str, ...],
    jsonl: BinaryIO | None,
    changed: tuple[Path, Path] | None,
    jobs: int | None,
    out: Path | None,
    resume: Path | None,
    since: Path | None,
    no_dedupe: bool,
    progress: bool,
    dask: str | None,
    trust_answers: bool,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Judge FILE (or - for standard input) as an answer to STEP, or many with --jsonl.

    \b
    Exit status:
      0    all answers are accepted; with --changed, no verdict is another
      1    some are not, or could not be judged; with --changed, some are others
      2    wrong use, or a file that cannot be used; nothing was judged
      130  stopped; a file of verdicts is whole, and --resume continues it
    """
    from tutor.authoring.batch.options import BatchOptions

    of_many = BatchOptions(jobs, out, resume, since, not no_dedupe, progress, dask)
    if changed is not None:
        if step is not None or used or jsonl is not None or of_many != BatchOptions():
            raise click.UsageError("--changed compares two files; leave all but --json out.")
        sys.exit(1 if _tell_changed(*changed, as_json=as_json) else 0)
    places = places_of(context, lessons, data_dir)
    if results_format is not None:
        if submission is None or step is not None or jsonl or of_many != BatchOptions(out=out):
            raise click.UsageError("--format judges a --submission DIR; leave STEP and FILE out.")
        judged = _grade_submission(places, results_format, submission, marked, out, trust_answers)
        sys.exit(0 if judged else 1)
    if submission is not None or marked:
        raise click.UsageError("--submission and --for need a --format.")
    if jsonl is not None:
        if step is not None or used:
            raise click.UsageError(
                "--jsonl names the steps in its lines; leave STEP and FILE out, as well as --used."
            )
        sys.exit(_grade_lines(places, jsonl, of_many, trusted=trust_answers))
    if of_many != BatchOptions():
        raise click.UsageError("All options on many answers need --jsonl.")
    if step is None or file is None:
        raise click.UsageError("Which step, and which file? `nntutor grade STEP FILE`.")
    trusted = trust_answers
    sys.exit(0 if _grade_one(places, step, file, used, as_json=as_json, trusted=trusted) else 1)


def _gradable_step(course: Course, step_id: str) -> Step:
    from tutor.course.kinds import kind_of

    step = find_step(course, step_id)
    kind = kind_of(step)
    if not (kind.has_judged_program or kind.is_guessed):
        exit_wrong_use(f"`{step_id}` is not a code exercise, so there is no program to grade.")
    return step


def _grade_one(
    places: Places,
    step_id: str,
    file: BinaryIO,
    used: Sequence[str],
    *,
    as_json: bool,
    trusted: bool,
) -> bool:
    from tutor.authoring.capped_runner import CappedRunner
    from tutor.authoring.grade_answers import grade_file, verdict_json
    from tutor.authoring.json_lines import json_line
    from tutor.session.words.verdict_text import verdict_text

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


def _grade_submission(
    places: Places,
    results_format: ResultsFormat,
    folder: Path,
    marked: Sequence[str],
    out: Path | None,
    trusted: bool,
) -> bool:
    """Write the results of a submission; return False if an answer could not be judged."""
    from tutor.authoring.capped_runner import CappedRunner
    from tutor.authoring.grade_answers import grade_file
    from tutor.classroom.autograder import UnknownMarked, judge_submission, result_bytes, to_mark
    from tutor.classroom.uploads import read_upload
    from tutor.client.short_lived import NotProtected, with_worker

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
    write_out(result_bytes(results_format, results, problems, course), out)
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


def _grade_lines(places: Places, lines: BinaryIO, options: BatchOptions, *, trusted: bool) -> int:
    """Judge many answers, and return the exit status."""
    from tutor.authoring.batch.command import BatchCommand
    from tutor.authoring.batch.judging import WorkerGone
    from tutor.authoring.batch.verdict_file import CannotUse, CannotWrite
    from tutor.authoring.json_lines import json_line

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
    from tutor.control_group import cores

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
    from tutor.authoring.batch.cluster_place import NEEDS_DASK, find_place
    from tutor.authoring.batch.verdict_file import CannotUse
    from tutor.client.short_lived import NotProtected, run_until_signal

    place = find_place(where)
    try:
        from tutor.authoring.batch.on_dask import grade_on
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


def _tell_changed(old: Path, new: Path, *, as_json: bool) -> bool:
    """Print the verdicts that differ in the newer file; return True if there are any."""
    from tutor.authoring.batch.changed import change_json, change_text, compare, summary
    from tutor.authoring.json_lines import json_line

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
