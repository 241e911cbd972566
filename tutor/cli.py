"""The command `nntutor`: it reads the command line, calls what does the work, and exits.

Heavy imports must stand inside the command that needs them: `--help` and `--version` import neither
textual nor torch. The docstrings of the commands are the help that users see.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar

import click

from tutor import __version__

if TYPE_CHECKING:
    from tutor.authoring.batch.command import BatchCommand
    from tutor.authoring.batch.options import BatchOptions
    from tutor.classroom.autograder import ResultsFormat
    from tutor.classroom.choosing import Which
    from tutor.classroom.class_tables import By
    from tutor.client.interface import DescribedClient
    from tutor.config import Config
    from tutor.course.model import Course, Step, StepKind
    from tutor.paths import Places
    from tutor.progress.own_files import OpenedProgram
    from tutor.session.words.key_names import KeyNames

Result = TypeVar("Result")
Command = TypeVar("Command", bound=Callable[..., Any])

WRONG_USE = 2

STOPPED = 130
"""Exit status of what was stopped by Ctrl+C or a signal, as shells have it."""

_HERE = "tutor.cli.here"
"""Key under which a context notes that programs run on this machine, whatever the config says."""


def _place_options(command: Command) -> Command:
    """Add the options for the places of lessons and data; they may stand before a command, too."""
    for option in (
        click.option(
            "--data-dir",
            type=click.Path(path_type=Path),
            envvar="NNTUTOR_DATA_DIR",
            help="Where progress and drafts are kept.",
        ),
        click.option(
            "--lessons",
            type=click.Path(path_type=Path),
            envvar="NNTUTOR_LESSONS",
            help="A folder with a course.toml, instead of the built-in lessons.",
        ),
    ):
        command = option(command)
    return command


def _here_option(command: Command) -> Command:
    """Add the option that has programs run on this machine; it may stand before a command, too."""

    def note(context: click.Context, _option: click.Parameter, value: bool) -> None:
        if value:
            context.meta[_HERE] = True

    option = click.option(
        "--here",
        is_flag=True,
        expose_value=False,
        callback=note,
        help="Run programs on this machine, whatever [worker] in config.toml says.",
    )
    return option(command)


def _screen_options(command: Command) -> Command:
    """Add the options of the app itself; they may stand before or after `open`."""
    for option in (
        click.option(
            "--slow", is_flag=True, help="For a slow line: charts are drawn twice a second."
        ),
        click.option(
            "--no-mouse", is_flag=True, help="Leave the mouse to the terminal, to select text."
        ),
    ):
        command = option(command)
    return command


EXIT_CODES = (
    "Exit codes: 0 if all is well, 1 if the answer, the lesson or the machine is not, "
    "2 for wrong use, 130 if it was stopped by a signal."
)


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)
@_place_options
@_here_option
@_screen_options
@click.version_option(__version__, prog_name="nntutor", message="%(prog)s %(version)s")
@click.pass_context
def main(
    context: click.Context,
    lessons: Path | None,
    data_dir: Path | None,
    no_mouse: bool,
    slow: bool,
) -> None:
    """Learn neural networks with PyTorch, in this terminal.

    Without a command it tells where you left off, and Enter goes on there.
    """
    context.obj = {"lessons": lessons, "data_dir": data_dir, "mouse": not no_mouse, "slow": slow}
    if context.invoked_subcommand is None:
        _run_app(_places(context), None, mouse=not no_mouse, slow=slow)


@main.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print what makes SHELL complete the commands and options of nntutor.

    In ~/.bashrc or ~/.zshrc: eval "$(nntutor completion bash)", or zsh. For fish: nntutor
    completion fish > ~/.config/fish/completions/nntutor.fish
    """
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    assert maker is not None
    click.echo(maker(main, {}, "nntutor", "_NNTUTOR_COMPLETE").source())


@main.command("open")
@click.argument("step")
@_place_options
@_here_option
@_screen_options
@click.pass_context
def open_step(
    context: click.Context,
    step: str,
    lessons: Path | None,
    data_dir: Path | None,
    no_mouse: bool,
    slow: bool,
) -> None:
    """Open the tutor at STEP (its id, as `nntutor list` shows it)."""
    from tutor.course.step_header import find_step_file

    places = _places(context, lessons, data_dir)
    if find_step_file(places.lessons, step) is None:
        _find_step(_course(places), step)
    outer = context.find_root().obj
    mouse = outer["mouse"] and not no_mouse
    _run_app(places, step, mouse=mouse, slow=slow or outer["slow"])


@main.command("try")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@_place_options
@_here_option
@_screen_options
@click.pass_context
def try_program(
    context: click.Context,
    file: Path | None,
    lessons: Path | None,
    data_dir: Path | None,
    no_mouse: bool,
    slow: bool,
) -> None:
    """Open an editor for a program of your own, with all panes and no task.

    FILE is read, and written only when you ask for it. Without it, what you typed the last time is
    there again.
    """
    from tutor.progress.own_files import CannotOpenFile, open_program

    places = _places(context, lessons, data_dir)
    try:
        own = open_program(places.data, file)
    except CannotOpenFile as problem:
        _exit_wrong_use(str(problem))
    outer = context.find_root().obj
    mouse = outer["mouse"] and not no_mouse
    _run_app(places, None, own=own, mouse=mouse, slow=slow or outer["slow"])


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per step.")
@_place_options
@click.pass_context
def list_steps(
    context: click.Context, as_json: bool, lessons: Path | None, data_dir: Path | None
) -> None:
    """List all lessons and steps, with what is done."""
    from tutor.authoring.listing import listing, listing_json
    from tutor.progress.fold import read_progress

    places = _places(context, lessons, data_dir)
    course = _course(places)
    progress, problems = read_progress(places.data)
    for problem in problems:
        click.echo(problem, err=True)
    for line in listing_json(course, progress.done) if as_json else listing(course, progress.done):
        click.echo(line)


@main.command()
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
    help="Whether solutions with a small change are judged, too; by default they are.",
)
@click.option("--watch", is_flag=True, help="Go on, and check again what changes.")
@click.option(
    "--jobs", type=click.IntRange(1), help="Mutants tried at once; by default one per core."
)
@_place_options
@_here_option
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
    """Check the form of lessons, and run their programs.

    PATHs are courses, lesson folders or step files; without one, all lessons are checked. A step
    with keys that still say UNFINISHED is told what is missing, and its programs are not run.
    """
    if keys or schema:
        _print_format(schema, alone=not (paths or as_json or (keys and schema)))
        return
    from tutor.authoring.check_command import CheckCommand, CheckOptions
    from tutor.authoring.course_paths import WrongPath, group_by_course
    from tutor.authoring.mutation.kept_trials import KeptTrials
    from tutor.control_group import cores
    from tutor.paths import cache_folder

    places = _places(context, lessons, data_dir)
    named = bool(lessons or context.find_root().obj["lessons"])
    try:
        chosen = group_by_course(paths, places.lessons, named=named)
    except WrongPath as problem:
        _exit_wrong_use(str(problem))
    options = CheckOptions(as_json=as_json, mutants=mutants, watch=watch, jobs=jobs or cores())

    async def check_all(client: DescribedClient) -> bool:
        if problem := (await client.settle()).unprotected:
            click.echo(f"nntutor: {problem} Check only lessons that you trust.", err=True)
        command = CheckCommand(
            client,
            options,
            KeptTrials(cache_folder("mutants")),
            out=lambda text: click.echo(text, nl=False),
            note=lambda text: click.echo(text, err=True),
        )
        return await command.run(chosen)

    config = _config(places)[0]
    try:
        sound = _with_worker(check_all, places, config, parallel_batches=options.jobs)
    except KeyboardInterrupt:
        if not watch:
            raise
        sound = True  # so one ends it
    sys.exit(0 if sound else 1)


def _print_format(schema: str | None, *, alone: bool) -> None:
    """Print the schema of that name, or the reference of all keys where there is none."""
    if not alone:
        option = "--schema" if schema else "--keys"
        raise click.UsageError(
            f"{option} prints the keys of all lessons; leave PATHS and --json out."
        )
    from tutor.authoring.format_reference import reference_text
    from tutor.authoring.lesson_schema import schema_text

    click.echo(schema_text(schema) if schema else reference_text(), nl=False)


@main.group()
def new() -> None:
    """Make a lesson or a step to begin with.

    The course is the folder of --lessons, else the current one, or that above it.
    """


@new.command("lesson")
@click.argument("lesson")
@_place_options
@click.pass_context
def new_lesson(
    context: click.Context, lesson: str, lessons: Path | None, data_dir: Path | None
) -> None:
    """Make a lesson of that id, and a course.toml where the folder has none."""
    from tutor.authoring.new_files import make_lesson

    folder = _course_folder(context, lessons)
    for file in _made(lambda: make_lesson(folder, lesson)):
        click.echo(file)


@new.command("step")
@click.argument("lesson")
@click.argument("step")
@click.option(
    "--kind",
    type=click.Choice(("read", "quiz", "predict", "code", "order")),
    default="code",
    show_default=True,
    help="What the step asks for.",
)
@click.option("--after", metavar="STEP", help="The step that it follows; else it is the last.")
@_place_options
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
    """Make a STEP of that id in a LESSON."""
    from tutor.authoring.new_files import make_step

    folder = _course_folder(context, lessons)
    click.echo(_made(lambda: make_step(folder, lesson, step, kind, after)))


def _course_folder(context: click.Context, lessons: Path | None) -> Path:
    """Return the folder in which an author makes lessons; it need not hold a course yet."""
    from tutor.paths import COURSE_FILE

    if named := lessons or context.find_root().obj["lessons"]:
        return Path(named)
    here = Path.cwd()
    inside_course = (here.parent / COURSE_FILE).is_file() and not (here / COURSE_FILE).is_file()
    return here.parent if inside_course else here


def _made(make: Callable[[], Result]) -> Result:
    from tutor.authoring.new_files import CannotMake

    try:
        return make()
    except (CannotMake, OSError, UnicodeDecodeError) as problem:
        _exit_wrong_use(str(problem))


def _results_options(command: Command) -> Command:
    """Add the options of `grade --format`, which judges a submission for an autograder."""
    for option in (
        click.option(
            "--for",
            "marked",
            multiple=True,
            metavar="LESSON|STEP",
            help="With --format: what is marked; by default all exercises of the course.",
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
            help="Judge on a cluster: local, tls://HOST:PORT, or a TOML file that describes it.",
        ),
        click.option("--progress", is_flag=True, help="Tell the rate where there is no terminal."),
        click.option("--no-dedupe", is_flag=True, help="Judge equal answers each for itself."),
        click.option(
            "--since",
            type=path,
            metavar="OLD",
            help="Verdicts to take over where step, program and tutor are the same.",
        ),
        click.option(
            "--resume",
            type=path,
            metavar="OUT",
            help="Go on with this file after the verdicts in it, or begin it.",
        ),
        click.option(
            "--out",
            type=path,
            help="The file that is written; with --jsonl a new one, of whole lines.",
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


@main.command()
@click.argument("step", required=False)
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
    help="Judge nothing; list the verdicts that are others in NEW.",
)
@click.option(
    "--trust-answers",
    is_flag=True,
    help="Grade also where the kernel cannot keep programs from the network and your files.",
)
@_place_options
@_here_option
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
      130  stopped; a file of verdicts is whole, and --resume goes on with it
    """
    from tutor.authoring.batch.options import BatchOptions

    of_many = BatchOptions(jobs, out, resume, since, not no_dedupe, progress, dask)
    if changed is not None:
        if step is not None or used or jsonl is not None or of_many != BatchOptions():
            raise click.UsageError("--changed compares two files; leave all but --json out.")
        sys.exit(1 if _tell_changed(*changed, as_json=as_json) else 0)
    places = _places(context, lessons, data_dir)
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


@main.command()
@click.argument("lesson")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@_place_options
@click.pass_context
def export(
    context: click.Context,
    lesson: str,
    file: Path | None,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Write your accepted answers to LESSON as one program into FILE, else to standard output.

    It runs without nntutor: `python FILE`. Data files that it opens are put beside it.
    """
    from tutor.progress.lesson_script import accepted_programs, lesson_script, save_script

    places = _places(context, lessons, data_dir)
    course = _course(places)
    found = next((each for each in course.lessons if each.id == lesson), None)
    if found is None:
        known = ", ".join(f"`{each.id}`" for each in course.lessons)
        _exit_wrong_use(f"There is no lesson `{lesson}`. These are: {known}.")
    script = lesson_script(found, accepted_programs(course, places.data))
    for title in script.missing:
        click.echo(f"nntutor: not answered yet, so left out: {title}", err=True)
    if file is None:
        click.echo(script.text, nl=False)
        return
    try:
        for made in save_script(script, file):
            click.echo(made)
    except OSError as problem:
        _exit_wrong_use(str(problem))


@main.command("hand-in")
@click.argument("steps", nargs=-1)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The folder that your teacher has named, or a new file; else the current folder.",
)
@click.option("--name", help="Your name; asked for if it is left out.")
@click.option("--yes", is_flag=True, help="Do not ask before it is written.")
@_place_options
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
    """Hand in what you did at STEPS, or at all of the course, as one file for your teacher.

    It is shown first what the file holds. It is sent nowhere: it is only written where you say.
    """
    from tutor.classroom.drop_folder import CannotDeliver
    from tutor.classroom.hand_in_command import gather, hand_over, shown_before

    places = _places(context, lessons, data_dir)
    course = _course(places)
    wanted = [_find_step(course, step).id for step in steps]
    try:
        content = gather(course, places.data, wanted)
        click.echo(shown_before(content, to))
        if name is None:
            name = "" if yes else click.prompt("Your name", default="", show_default=False)
        if not yes:
            click.confirm("Write it?", abort=True)
        click.echo(hand_over(content, name, to))
    except CannotDeliver as problem:
        _exit_wrong_use(str(problem))


_hand_ins = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


@main.command()
@_hand_ins
@click.option(
    "--which",
    type=click.Choice(("last", "best", "all")),
    default="last",
    show_default=True,
    help="Of several answers to a step: the last, the last that was right, or all.",
)
@click.option(
    "--until",
    metavar="TIME",
    help="Leave out what came later, such as 2026-01-31 or 2026-01-31T12:00.",
)
def answers(paths: tuple[Path, ...], which: Which, until: str | None) -> None:
    """Write the answers in hand-ins as lines for `nntutor grade --jsonl`.

    PATHS are hand-ins, zip archives of them, or folders with both. A hand-in belongs to the account
    that owns it, or else to the folder or archive member that it came in. Exit status 1: some could
    not be read whole.
    """
    from tutor.classroom.choosing import until_time
    from tutor.classroom.teacher_commands import answer_lines

    try:
        moment = until_time(until) if until else None
    except ValueError:
        raise click.UsageError("--until needs a time such as 2026-01-31T12:00.") from None
    lines, whole = answer_lines(paths, which, moment, _warn)
    _write_out(lines, None)
    sys.exit(0 if whole else 1)


@main.command()
@_hand_ins
@click.option("--by", type=click.Choice(("learner", "step", "misconception")), default="learner")
@click.option(
    "--verdicts",
    type=click.File("rb"),
    help="What `nntutor grade --jsonl` said of the answers: it counts, and makes points.",
)
@click.option(
    "--anonymous",
    is_flag=True,
    help="Other names in place of the learners'; a key beside the report keeps them the same.",
)
@click.option("--markdown", is_flag=True, help="A table in Markdown, in place of CSV.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that is written, for you alone; else standard output.",
)
@_place_options
@click.pass_context
def report(
    context: click.Context,
    paths: tuple[Path, ...],
    by: By,
    verdicts: BinaryIO | None,
    anonymous: bool,
    markdown: bool,
    out: Path | None,
    lessons: Path | None,
    data_dir: Path | None,
) -> None:
    """Tell how a class gets on: by learner, by step or by misconception.

    PATHS are hand-ins, zip archives of them, or folders with both. Exit status 1: some could not be
    read whole.
    """
    from tutor.classroom.pseudonyms import read_or_make_key
    from tutor.classroom.teacher_commands import ReportOptions, report_bytes

    course = _course(_places(context, lessons, data_dir))
    try:
        key = read_or_make_key((out or Path("report.csv")).parent) if anonymous else None
    except OSError as problem:
        _exit_wrong_use(str(problem))
    options = ReportOptions(
        by=by,
        markdown=markdown,
        verdicts=verdicts.read() if verdicts is not None else None,
        key=key,
    )
    table, whole = report_bytes(paths, course, options, _warn)
    _write_out(table, out)
    sys.exit(0 if whole else 1)


def _warn(text: str) -> None:
    click.echo(f"nntutor: {text}", err=True)


@main.command()
@_place_options
@_here_option
@click.pass_context
def doctor(context: click.Context, lessons: Path | None, data_dir: Path | None) -> None:
    """Tell what was found on this machine, and what follows from it."""
    import asyncio

    from tutor.client.factory import make_client
    from tutor.doctor import examine, healthy, inspect_terminal, report

    places = _places(context, lessons, data_dir)
    config, problems = _config(places)
    repaint_reason, interface_problems, themes = _ask_interface(config, places)
    findings = asyncio.run(
        examine(
            places,
            make_client(config, places),
            (*problems, *interface_problems),
            config=config,
            themes=themes,
            terminal=inspect_terminal(repaint_reason=repaint_reason),
        )
    )
    click.echo(report(findings))
    sys.exit(0 if healthy(findings) else 1)


def _ask_interface(
    config: Config, places: Places
) -> tuple[str, tuple[str, ...], tuple[str, ...] | None]:
    """Return what only ui knows: why whole panes are sent, problems of the settings, all themes.

    A Textual that cannot be imported is the reason then, and the themes are None: doctor must be
    able to report it like any other finding.
    """
    try:
        from tutor.ui.terminal.cell_diff import why_full_repaint
        from tutor.ui.user_settings import known_themes, settings_problems
    except ImportError as error:
        return f"the interface cannot be imported ({error})", (), None
    return why_full_repaint(), settings_problems(config, places.config), known_themes()


def _run_app(
    places: Places,
    start_at: str | None,
    *,
    own: OpenedProgram | None = None,
    mouse: bool,
    slow: bool,
) -> NoReturn:
    from tutor.first_screen.early_paint import paint_early

    terminal = paint_early(places, start_at, _usual_keys, own)
    try:
        from tutor.ui.launch import CannotOpen, launch

        status = launch(
            places,
            start_at,
            mouse=mouse,
            slow=slow,
            here=_is_here(),
            own=own,
            held_terminal=terminal,
        )
    except CannotOpen as problem:
        raise click.ClickException(str(problem)) from None
    finally:
        if terminal is not None:
            terminal.give_back()
    sys.exit(status)


def _usual_keys() -> KeyNames:
    from tutor.ui.keys import key_names  # few texts name a key

    return key_names()


def _places(
    context: click.Context, lessons: Path | None = None, data_dir: Path | None = None
) -> Places:
    from tutor.paths import PlacesError, find_places

    outer = context.find_root().obj
    try:
        return find_places(lessons or outer["lessons"], data_dir or outer["data_dir"])
    except PlacesError as error:
        _exit_wrong_use(str(error))


def _config(places: Places) -> tuple[Config, tuple[str, ...]]:
    """Return the settings and what is wrong with them; `--here` counts more than they do."""
    from tutor.config import read_config

    config, problems = read_config(places.config)
    return (config.with_worker_here() if _is_here() else config), problems


def _is_here() -> bool:
    return _HERE in click.get_current_context().meta


def _course(places: Places) -> Course:
    """Return the course without its broken steps, whose problems go to standard error.

    A course without any step left is wrong use.
    """
    from tutor.course.load import load_course

    course, problems = load_course(places.lessons)
    for problem in problems:
        click.echo(str(problem), err=True)
    if not course.steps():
        _exit_wrong_use(f"No step of {places.lessons} can be used, as told above.")
    return course


def _find_step(course: Course, step_id: str) -> Step:
    step = course.find(step_id)
    if step is None:
        from difflib import get_close_matches

        matches = get_close_matches(step_id, [each.id for each in course.steps()], n=1)
        hint = f"Did you mean `{matches[0]}`?" if matches else "`nntutor list` shows all steps."
        _exit_wrong_use(f"There is no step `{step_id}`. {hint}")
    return step


def _gradable_step(course: Course, step_id: str) -> Step:
    from tutor.course.kinds import kind_of

    step = _find_step(course, step_id)
    kind = kind_of(step)
    if not (kind.has_solution or kind.is_guessed):
        _exit_wrong_use(f"`{step_id}` is not a code exercise, so there is no program to grade.")
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
    from tutor.authoring.grade_answers import grade_file, verdict_json, verdict_text
    from tutor.authoring.json_lines import json_line

    course = _course(places)
    step = _gradable_step(course, step_id)
    source = _decoded(file.name, file.read())
    own = _used_programs(step, used)
    verdict = _with_worker(
        lambda client: grade_file(course, step.id, source, client, own), places, trusted=trusted
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
    """Write the results of a submission; return False if some answer could not be judged."""
    from tutor.authoring.grade_answers import grade_file
    from tutor.classroom.autograder import UnknownMarked, judge_submission, result_bytes, to_mark
    from tutor.classroom.uploads import read_upload

    course = _course(places)
    try:
        steps = to_mark(course, marked)
    except UnknownMarked as problem:
        _exit_wrong_use(str(problem))
    uploaded = read_upload(folder, course, steps)
    results = _with_worker(
        lambda client: judge_submission(
            steps,
            uploaded.programs,
            lambda step, code, own: grade_file(course, step, code, client, own),
        ),
        places,
        trusted=trusted,
    )
    _write_out(result_bytes(results_format, results, uploaded.problems, course), out)
    return all(each.is_judged for each in results)


def _write_out(content: bytes, out: Path | None) -> None:
    """Write to standard output, or replace the file at once, which its owner alone may read."""
    if out is None:
        click.echo(content, nl=False)
        return
    from tutor.files import replace_file

    try:
        replace_file(out, content)
    except OSError as problem:
        _exit_wrong_use(f"{out} cannot be written: {problem.strerror or problem}.")


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _exit_wrong_use(f"{name} is not UTF-8 text (byte {error.start}). Save it as UTF-8.")


def _used_programs(step: Step, used: Sequence[str]) -> dict[str, str]:
    """Return the programs that `--used` names, by the ids of the steps that they answer."""
    known = [each.step for each in step.used]
    programs: dict[str, str] = {}
    for text in used:
        step_id, _, name = text.partition("=")
        if step_id not in known:
            _exit_wrong_use(f"`{step.id}` does not use a step `{step_id}`: --used STEP=FILE.")
        try:
            programs[step_id] = _decoded(name, Path(name).read_bytes())
        except OSError as error:
            _exit_wrong_use(f"{name} cannot be read: {error.strerror or error}.")
    return programs


def _grade_lines(places: Places, lines: BinaryIO, options: BatchOptions, *, trusted: bool) -> int:
    """Judge many answers, and return the exit status."""
    from tutor.authoring.batch.command import BatchCommand
    from tutor.authoring.batch.judging import WorkerGone
    from tutor.authoring.batch.verdict_file import CannotUse, CannotWrite
    from tutor.authoring.json_lines import json_line

    def write(record: dict[str, object]) -> None:
        click.echo(json_line(record), nl=False)

    def note(text: str) -> None:
        click.echo(f"nntutor: {text}", err=True)

    try:
        course = _course(places)
        judge = _judge_here if options.dask is None else _cluster_judge(options.dask, course)
        with BatchCommand(course, lines, options, write, note) as command:
            try:
                accepted = judge(command, places, options.jobs, trusted)
            except (WorkerGone, CannotWrite) as problem:
                note(f"{problem} {command.how_to_go_on()}")
                return 1
            except KeyboardInterrupt:
                note(f"Stopped. {command.how_to_go_on()}")
                return STOPPED
    except CannotUse as problem:
        _exit_wrong_use(str(problem))
    return 0 if accepted else 1


def _judge_here(command: BatchCommand, places: Places, jobs: int | None, trusted: bool) -> bool:
    from tutor.control_group import cores

    return _with_worker(
        command.run,
        places,
        trusted=trusted,
        parallel=jobs,
        parallel_batches=max(1, min(command.jobs, cores()) // 2),
    )


def _cluster_judge(
    where: str, course: Course
) -> Callable[[BatchCommand, Places, int | None, bool], bool]:
    """Return what judges on the cluster; raise CannotUse if there can be none."""
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
                lambda: grade_on(place, command, course, places, trusted=trusted, jobs=jobs)
            )
        except NotProtected as problem:
            _exit_unprotected(problem)

    return judge


def _tell_changed(old: Path, new: Path, *, as_json: bool) -> bool:
    """Print the verdicts that are others in the newer file; return True if there are some."""
    from tutor.authoring.batch.changed import change_json, change_text, compare, summary
    from tutor.authoring.json_lines import json_line

    try:
        comparison = compare(old, new)
    except OSError as error:
        _exit_wrong_use(f"{error.filename} cannot be read: {error.strerror or error}.")
    for change in comparison.changes:
        click.echo(
            json_line(change_json(change)) if as_json else f"{change_text(change)}\n", nl=False
        )
    click.echo(summary(comparison), err=True)
    return bool(comparison.changes)


def _with_worker(
    action: Callable[[DescribedClient], Coroutine[Any, Any, Result]],
    places: Places,
    config: Config | None = None,
    *,
    trusted: bool = True,
    parallel: int | None = None,
    parallel_batches: int = 1,
) -> Result:
    """Return the result of the action, called with a client that is closed afterwards.

    Without a `config`, programs have no network. If programs are not `trusted` and could reach what
    is the user's, the command exits.
    """
    from tutor.client.short_lived import NotProtected, with_worker
    from tutor.config import Config

    # the learner's config allows the network to lessons, not to answers, which are others' programs
    config = config or Config(network=False, worker=_config(places)[0].worker)
    try:
        return with_worker(
            action,
            config,
            places,
            trusted=trusted,
            parallel=parallel,
            parallel_batches=parallel_batches,
            tell=lambda words: click.echo(f"nntutor: {words}", err=True),
        )
    except NotProtected as problem:
        _exit_unprotected(problem)


def _exit_unprotected(problem: Exception) -> NoReturn:
    _exit_wrong_use(
        f"{problem} Answers are programs of others, so none was run. `nntutor doctor` says "
        "what would have to change; with `--trust-answers` they are graded anyway."
    )


def _exit_wrong_use(message: str) -> NoReturn:
    click.echo(f"nntutor: {message}", err=True)
    sys.exit(WRONG_USE)
