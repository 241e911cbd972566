"""The learner's commands: open a step, try a program, see progress, export, hand in."""

from __future__ import annotations

import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.cli import (
    config_of,
    here_option,
    late,
    place_options,
    places_of,
    run_app,
    run_plain_mode,
    screen_options,
)
from tutor.cli.exit_status import APP_STATUS, PLAIN_STATUS, REVIEW_STATUS, exit_status
from tutor.cli.telling import exit_wrong_use
from tutor.cli.usable_steps import complete_step, find_step, usable_course

if TYPE_CHECKING:
    from tutor.course.model import Step


NO_COURSE = "wrong use, or no step of the course can be used"


@click.command("open", epilog=APP_STATUS)
@click.argument("step", shell_complete=complete_step)
@place_options
@here_option
@screen_options
@click.pass_context
def open_step(
    context: click.Context,
    step: str,
    lessons: Path | None,
    data_dir: Path | None,
    no_mouse: bool,
    slow: bool,
) -> None:
    """Open the tutor at STEP, an id that `nntutor list` shows."""
    from tutor.course.step_header import find_step_file

    places = places_of(context, lessons, data_dir)
    if find_step_file(places.lessons, step) is None:
        find_step(usable_course(places), step)
    outer = context.find_root().obj
    mouse = outer["mouse"] and not no_mouse
    run_app(places, step, mouse=mouse, slow=slow or outer["slow"])


@click.command(epilog=PLAIN_STATUS)
@click.argument("step", required=False, shell_complete=complete_step)
@place_options
@here_option
@click.pass_context
def plain(
    context: click.Context, step: str | None, lessons: Path | None, data_dir: Path | None
) -> None:
    """Learn line by line, with a screen reader or a braille display.

    Plain mode begins at STEP or where you left off. Nothing is drawn, and each line stays as it was
    written. Its commands are listed here; type help in plain mode to learn what each does.

    To find your way: next, back, go, outline, where, task, text, explain, figure, word, repeat,
    more, log.

    To answer: answer, reset, review.

    To change the program: code, given, set, insert, add, delete, in, out, order, take, undo, write,
    save, edit.

    To run it: run, check, stop, phase, pause, time, progress, output, trace.

    To look at a run: loss, tensor, model, map, graph, surface, plot, shapes, table, pad,
    draw, ask.

    To be helped: hint, solution, attempts, report.

    Besides: help, quit.
    """
    from tutor.course.step_header import find_step_file

    places = places_of(context, lessons, data_dir)
    if step is not None and find_step_file(places.lessons, step) is None:
        find_step(usable_course(places), step)
    run_plain_mode(places, step, why="command")


@click.command(epilog=REVIEW_STATUS)
@place_options
@here_option
@screen_options
@click.pass_context
def review(
    context: click.Context,
    lessons: Path | None,
    data_dir: Path | None,
    no_mouse: bool,
    slow: bool,
) -> None:
    """Answer a few questions about what you missed some days ago.

    A review takes three minutes at most. Questions that you missed, or solved with the solution on
    screen, come back after 2, 7 and 21 days.
    """
    from tutor.session.reviewing import NOTHING_DUE, read_due

    places = places_of(context, lessons, data_dir)
    if not read_due(places, datetime.now().astimezone()):
        click.echo(NOTHING_DUE)
        return
    outer = context.find_root().obj
    mouse = outer["mouse"] and not no_mouse
    run_app(places, None, review=True, mouse=mouse, slow=slow or outer["slow"])


class _ForAProgram(click.Command):
    """A command for a program, whose own options come after --."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add to the error about an unknown option where the program's options go."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as problem:
            told = (
                f"{problem.format_message()} The program's own arguments come after --, "
                "as in: nntutor try train.py -- --epochs 3"
            )
            raise click.UsageError(told, ctx) from None


@click.command("try", cls=_ForAProgram, epilog=APP_STATUS)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.argument("arguments", nargs=-1)
@place_options
@here_option
@screen_options
@click.pass_context
def try_program(
    context: click.Context,
    file: Path | None,
    arguments: tuple[str, ...],
    lessons: Path | None,
    data_dir: Path | None,
    no_mouse: bool,
    slow: bool,
) -> None:
    """Run a program of your own in the tutor, with all its panes.

    FILE is read at the start, and written only when you ask for it. Without FILE, the editor opens
    with your last program. ARGUMENTS are the program's own and come after --:

    \b
      nntutor try train.py -- --epochs 3
    """
    from tutor.progress.own_files import CannotOpenFile, open_program

    places = places_of(context, lessons, data_dir)
    try:
        own = open_program(places.data, file, arguments)
    except CannotOpenFile as problem:
        exit_wrong_use(str(problem))
    outer = context.find_root().obj
    mouse = outer["mouse"] and not no_mouse
    run_app(places, None, own=own, mouse=mouse, slow=slow or outer["slow"])


@click.command(
    "watch",
    epilog=exit_status(
        {
            0: "you have ended it by Ctrl+C",
            2: "there is no such step, or FILE cannot be used",
            129: "the terminal was closed; what you saved is kept",
            143: "ended by a signal; what you saved is kept",
        }
    ),
)
@click.argument("step", required=False, shell_complete=complete_step)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@place_options
@here_option
@click.pass_context
def watch(
    context: click.Context,
    step: str | None,
    file: Path | None,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Run STEP's code whenever you save it in FILE, with any editor.

    If FILE does not exist, it is created with your code; its default name is STEP.py in this
    folder. nntutor never writes it again. A check follows each quick run. STEP defaults to the step
    where you left off. Press Ctrl+C to end.
    """
    from tutor.client.short_lived import StoppedBySignal
    from tutor.course.step_header import find_step_file
    from tutor.ui.keys import key_names
    from tutor.watch.watch_command import CannotWatch, WatchCommand
    from tutor.watch.wrapped_text import terminal_columns

    places = places_of(context, lessons, data_dir)
    if step is not None and find_step_file(places.lessons, step) is None:
        find_step(usable_course(places), step)
    config, problems = config_of(places)
    command = WatchCommand(
        places=places,
        config=config,
        problems=problems,
        step=step,
        file=file,
        keys=key_names(),
        tell=click.echo,
        columns=terminal_columns,
    )
    try:
        command.run()
    except CannotWatch as problem:
        exit_wrong_use(str(problem))
    except StoppedBySignal as stopped:
        sys.exit(0 if stopped.number == signal.SIGINT else stopped.status)


@click.command("list", epilog=exit_status({0: "all are listed", 2: NO_COURSE}))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per step.")
@place_options
@click.pass_context
def list_steps(
    context: click.Context, as_json: bool, lessons: Path | None, data_dir: Path | None
) -> None:
    """List all lessons and steps with your progress."""
    from tutor.authoring.listing import listing, listing_json
    from tutor.progress.fold import read_progress

    places = places_of(context, lessons, data_dir)
    course = usable_course(places)
    progress, problems = read_progress(places.data)
    for problem in problems:
        click.echo(problem, err=True)
    for line in listing_json(course, progress.done) if as_json else listing(course, progress.done):
        click.echo(line)


@click.command(epilog=exit_status({0: "the report is complete", 2: NO_COURSE}))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@place_options
@click.pass_context
def progress(
    context: click.Context, as_json: bool, lessons: Path | None, data_dir: Path | None
) -> None:
    """Show your progress by lesson and concept, and your mistakes."""
    import msgspec

    from tutor.progress.fold import read_entries
    from tutor.progress.overview import overview, overview_lines, told_ideas

    places = places_of(context, lessons, data_dir)
    course = usable_course(places)
    entries, problems = read_entries(places.data)
    for problem in problems:
        click.echo(problem, err=True)
    found = overview(course, entries)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    for line in overview_lines(found, told_ideas(course)):
        click.echo(line)


@click.command(
    epilog=exit_status(
        {0: "it is written", 2: "wrong use, or FILE already exists or cannot be written"}
    )
)
@click.argument("lesson", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--all",
    "folder",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Write a notebook of each lesson into this folder.",
)
@place_options
@click.pass_context
def export(
    context: click.Context,
    lesson: str | None,
    file: Path | None,
    folder: Path | None,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Write your answers to LESSON as a program, notebook or page.

    The name of FILE ends in .py, .ipynb or .md. Each runs without nntutor; the data files that it
    opens are copied to its folder. Steps without an answer become comments, and answered questions
    become text. Without FILE, the program goes to standard output. Existing files are never
    overwritten.
    """
    from tutor.progress.exporting import CannotExport, export_lessons

    places = places_of(context, lessons, data_dir)
    course = usable_course(places)
    if (lesson is None) == (folder is None):
        exit_wrong_use("Name a lesson, or a folder with --all.")
    chosen = [each for each in course.lessons if lesson in (None, each.id)]
    if not chosen:
        known = ", ".join(f"`{each.id}`" for each in course.lessons)
        exit_wrong_use(f"There is no lesson `{lesson}`. These are: {known}.")
    targets = [(each, folder / f"{each.id}.ipynb" if folder else file) for each in chosen]
    try:
        for line in export_lessons(course, targets, places.data, _task_of):
            click.echo(line)
    except CannotExport as problem:
        exit_wrong_use(str(problem))


def _task_of(step: Step) -> str:
    return late.with_keys(step.text)


@click.command(
    "import",
    epilog=exit_status(
        {
            0: "everything is written",
            1: "you answered no, or a draft could not be written",
            2: f"{NO_COURSE}, or FILE cannot be read",
        }
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask; leave out cells that are in doubt.")
@place_options
@click.pass_context
def import_answers(
    context: click.Context, file: Path, yes: bool, lessons: Path | None, data_dir: Path | None
) -> None:
    """Import the answers in FILE as drafts of their steps.

    FILE is a notebook, program or page. First you see where each cell goes, and which cells are
    left out. Nothing is run, and code that you wrote in the app is kept. Check the drafts in the
    app.
    """
    from tutor.progress.importing import CannotImport, NotebookImport, choices_of, read_file

    places = places_of(context, lessons, data_dir)
    try:
        cells = read_file(file)
    except CannotImport as problem:
        exit_wrong_use(str(problem))
    found = NotebookImport(usable_course(places), places.data, cells)
    for choices in found.doubtful:
        if not yes:
            click.echo("\n".join(choices_of(choices)))
        numbers = click.IntRange(0, len(choices))
        asked = "Its number, or 0 to leave it out"
        found.choose(choices, None if yes else click.prompt(asked, type=numbers, default=0))
    click.echo("\n".join(found.shown_before()))
    if all(each.is_there for each in found.drafts):
        click.echo("There is nothing to write.")
        return
    if not yes:
        click.confirm("Write them as drafts?", abort=True)
    for line in found.write(late.with_keys):
        click.echo(line)
    context.exit(int(found.has_failed))


@click.command(
    "hand-in",
    epilog=exit_status(
        {
            0: "it is written",
            1: "you answered no; nothing is written",
            2: "wrong use, or it cannot be written there",
        }
    ),
)
@click.argument("steps", nargs=-1, shell_complete=complete_step)
@click.option(
    "--to",
    type=click.Path(path_type=Path, readable=False),  # only the teacher may list a drop folder
    default=Path(),
    help="Your teacher's folder, or a new file; by default the current folder.",
)
@click.option("--name", help="Your name; without it you are asked.")
@click.option("--yes", is_flag=True, help="Do not ask before it is written.")
@place_options
@click.pass_context
def hand_in(
    context: click.Context,
    steps: tuple[str, ...],
    to: Path,
    name: str | None,
    yes: bool,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Write your work on STEPS into one file for your teacher.

    Without STEPS, the file has your work on the whole course. First you see what the file holds. It
    is not sent anywhere, only written where you say.
    """
    from tutor.classroom.drop_folder import CannotDeliver
    from tutor.classroom.hand_in_command import gather, hand_over, shown_before

    places = places_of(context, lessons, data_dir)
    course = usable_course(places)
    wanted = [find_step(course, step).id for step in steps]
    try:
        content = gather(course, places.data, wanted)
        click.echo(shown_before(content, to))
        if name is None:
            name = "" if yes else click.prompt("Your name", default="", show_default=False)
        if not yes:
            click.confirm("Write it?", abort=True)
        click.echo(hand_over(content, name, to))
    except CannotDeliver as problem:
        exit_wrong_use(str(problem))
