"""The lesson author's commands: check lessons, and make new ones."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from tutor.cli import config_of, here_option, late, place_options, places_of
from tutor.cli.exit_status import WRONG_USE_MEANS, exit_status
from tutor.cli.telling import exit_wrong_use, warn
from tutor.paths import COURSE_FILE, cache_folder

if TYPE_CHECKING:
    from tutor.client.interface import DescribedClient
    from tutor.course.model import StepKind

Result = TypeVar("Result")

STARTS = Path(__file__).parents[1] / "authoring" / "starts" / "steps"
"""Folder with the text that a new step of each kind begins with."""


@click.command(
    epilog=exit_status(
        {
            0: "there is no error; or --watch was ended by Ctrl+C",
            1: "there are errors",
            2: WRONG_USE_MEANS,
            130: "stopped by a signal, without --watch also by Ctrl+C",
        }
    )
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per problem, and per step's mutants."
)
@click.option("--keys", is_flag=True, help="Print every key of the lesson files; check nothing.")
@click.option(
    "--schema",
    type=click.Choice(("course", "lesson", "step", "family")),
    help="Print the JSON schema of such files, for an editor; check nothing.",
)
@click.option(
    "--mutants/--no-mutants",
    default=True,
    help="Also judge solutions with a small change; on by default.",
)
@click.option("--watch", is_flag=True, help="Keep running, and check files again when they change.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Steps and mutants tried at once; by default one per core.",
)
@place_options
@here_option
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    as_json: bool,
    keys: bool,
    schema: str | None,
    mutants: bool,
    watch: bool,
    jobs: int | None,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Check the form of lessons and run their programs.

    PATHs are courses, lesson folders or step files; without one, all lessons are checked. For a
    step with UNFINISHED keys, the missing parts are listed, and its programs are not run.
    """
    if keys or schema:
        _print_format(schema, alone=not (paths or as_json or (keys and schema)))
        return
    from tutor.authoring.check_command import CheckCommand, CheckOptions
    from tutor.authoring.course_paths import WrongPath, group_by_course
    from tutor.authoring.mutation.kept_trials import KeptTrials
    from tutor.cli.command_worker import run_with_worker
    from tutor.client.short_lived import StoppedBySignal
    from tutor.control_group import cores

    places = places_of(context, lessons, data_dir)
    named = bool(lessons or context.find_root().obj["lessons"])
    try:
        chosen = group_by_course(paths, places.lessons, named=named)
    except WrongPath as problem:
        exit_wrong_use(str(problem))
    options = CheckOptions(as_json=as_json, mutants=mutants, watch=watch, jobs=jobs or cores())

    async def check_all(client: DescribedClient) -> bool:
        if problem := (await client.settle()).unprotected:
            warn(f"{problem} Check only lessons that you trust.")
        command = CheckCommand(
            client,
            options,
            KeptTrials(cache_folder("mutants")),
            out=lambda text: click.echo(text, nl=False),
            note=lambda text: click.echo(text, err=True),
        )
        return await command.run(chosen)

    config = config_of(places)[0]
    try:
        sound = run_with_worker(check_all, places, config, parallel_batches=options.jobs)
    except StoppedBySignal as stopped:
        if not watch or stopped.number != signal.SIGINT:
            raise
        sound = True  # Ctrl+C is the normal way to end it
    sys.exit(0 if sound else 1)


def _print_format(schema: str | None, *, alone: bool) -> None:
    if not alone:
        option = "--schema" if schema else "--keys"
        raise click.UsageError(
            f"{option} prints the keys of all lessons; leave PATHS and --json out."
        )
    click.echo(late.format_text(schema), nl=False)


MADE = exit_status({0: "it is made", 2: "it cannot be created; no file is overwritten"})


@click.group()
def new() -> None:
    """Make a new lesson or step.

    The course is the folder of --lessons, or else the current folder or its parent.
    """


@new.command("lesson", epilog=MADE)
@click.argument("lesson")
@place_options
@click.pass_context
def new_lesson(
    context: click.Context, lesson: str, lessons: Path | None, data_dir: Path | None
) -> None:
    """Make a lesson with this id, and a course.toml if the folder has none."""
    from tutor.authoring.new_files import CannotMake, make_lesson

    folder = _course_folder(context, lessons)
    for file in _made(lambda: make_lesson(folder, lesson), CannotMake):
        click.echo(file)


@new.command("step", epilog=MADE)
@click.argument("lesson")
@click.argument("step")
@click.option(
    "--kind",
    type=click.Choice(sorted(path.stem for path in STARTS.glob("*.toml"))),
    default="code",
    show_default=True,
    help="The kind of step.",
)
@click.option("--after", metavar="STEP", help="The step before it; by default the lesson's last.")
@place_options
@click.pass_context
def new_step(
    context: click.Context,
    lesson: str,
    step: str,
    kind: StepKind,
    after: str | None,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Make a STEP with this id in a LESSON."""
    from tutor.authoring.new_files import CannotMake, make_step

    folder = _course_folder(context, lessons)
    click.echo(_made(lambda: make_step(folder, lesson, step, kind, after), CannotMake))


def _course_folder(context: click.Context, lessons: Path | None) -> Path:
    """Return the folder in which an author makes lessons, which may not hold a course yet."""
    if named := lessons or context.find_root().obj["lessons"]:
        return Path(named)
    here = Path.cwd()
    inside_course = (here.parent / COURSE_FILE).is_file() and not (here / COURSE_FILE).is_file()
    return here.parent if inside_course else here


def _made(make: Callable[[], Result], cannot_make: type[Exception]) -> Result:
    try:
        return make()
    except (cannot_make, OSError, UnicodeDecodeError) as problem:
        exit_wrong_use(str(problem))
