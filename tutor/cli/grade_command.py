"""The command `nntutor grade`: one answer, many, or a submission for an autograder.

It decides between these by its options; `grading` does the work.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from tutor.cli import here_option, place_options, places_of
from tutor.cli.usable_steps import complete_step

if TYPE_CHECKING:
    from tutor.classroom.autograder import ResultsFormat

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
            help="Continue this file after its verdicts, or create it.",
        ),
        click.option(
            "--out",
            type=path,
            help="Output file; with --jsonl a new file of complete lines.",
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
    help="Grade even if the kernel cannot keep programs away from the network and your files.",
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
    """Judge FILE as an answer to STEP, or many answers with --jsonl.

    FILE may be - for standard input.

    \b
    Exit status:
      0    all answers are accepted; with --changed, no verdict is another
      1    some are not, or could not be judged; with --changed, some are others
      2    wrong use, or a file that cannot be used; nothing was judged
      130  stopped; a file of verdicts is whole, and --resume continues it
    """
    from tutor.authoring.batch.options import BatchOptions
    from tutor.cli.grading import grade_lines, grade_one, grade_submission, tell_changed

    of_many = BatchOptions(jobs, out, resume, since, not no_dedupe, progress, dask)
    if changed is not None:
        if step is not None or used or jsonl is not None or of_many != BatchOptions():
            raise click.UsageError("--changed compares two files; leave all but --json out.")
        sys.exit(1 if tell_changed(*changed, as_json=as_json) else 0)
    places = places_of(context, lessons, data_dir)
    if results_format is not None:
        if submission is None or step is not None or jsonl or of_many != BatchOptions(out=out):
            raise click.UsageError("--format judges a --submission DIR; leave STEP and FILE out.")
        judged = grade_submission(places, results_format, submission, marked, out, trust_answers)
        sys.exit(0 if judged else 1)
    if submission is not None or marked:
        raise click.UsageError("--submission and --for need a --format.")
    if jsonl is not None:
        if step is not None or used:
            raise click.UsageError(
                "--jsonl names the steps in its lines; leave STEP and FILE out, as well as --used."
            )
        sys.exit(grade_lines(places, jsonl, of_many, trusted=trust_answers))
    if of_many != BatchOptions():
        raise click.UsageError("The options for many answers need --jsonl.")
    if step is None or file is None:
        raise click.UsageError("Which step, and which file? `nntutor grade STEP FILE`.")
    trusted = trust_answers
    sys.exit(0 if grade_one(places, step, file, used, as_json=as_json, trusted=trusted) else 1)
