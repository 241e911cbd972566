"""The command `nntutor`: it reads the command line, calls the code of the command, and exits.

This module holds the options that commands share, and the app, which runs without a command. It
imports each command on first use, and a command imports its own modules when it is called:
`--help` and `--version` import neither textual nor torch. The docstrings of the commands are the
help that users see.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from tutor import __version__
from tutor.cli import late
from tutor.paths import Places, PlacesError, find_places

if TYPE_CHECKING:
    from tutor.config import Config
    from tutor.progress.own_files import OpenedProgram

Command = TypeVar("Command", bound=Callable[..., Any])

_GROUPS = {
    "Learn": {
        "list": ("for_learners", "list_steps"),
        "open": ("for_learners", "open_step"),
        "review": ("for_learners", "review"),
        "progress": ("for_learners", "progress"),
        "try": ("for_learners", "try_program"),
        "watch": ("for_learners", "watch"),
        "plain": ("for_learners", "plain"),
    },
    "Your answers": {
        "export": ("for_learners", "export"),
        "import": ("for_learners", "import_answers"),
        "hand-in": ("for_learners", "hand_in"),
    },
    "Your machine": {
        "doctor": ("for_administrators", "doctor"),
        "clean": ("for_administrators", "clean"),
        "completion": ("for_administrators", "completion"),
    },
    "For teachers": {
        "grade": ("grade_command", "grade"),
        "answers": ("for_teachers", "answers"),
        "report": ("for_teachers", "report"),
    },
    "For authors": {
        "new": ("for_authors", "new"),
        "check": ("for_authors", "check"),
    },
}
"""Module and function of each command, by heading in the order of `--help`."""

_COMMANDS = {name: place for group in _GROUPS.values() for name, place in group.items()}

_HERE = "tutor.cli.here"
"""Context key set by `--here`: programs run on this machine, whatever the config says."""


class _Commands(Mapping[str, click.Command]):
    """The commands by name, each imported on first use."""

    def __getitem__(self, name: str) -> click.Command:
        module, function = _COMMANDS[name]
        command = getattr(import_module(f"{__name__}.{module}"), function)
        assert isinstance(command, click.Command)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __len__(self) -> int:
        return len(_COMMANDS)


def place_options(command: Command) -> Command:
    """Add the options for the lessons and data folders, which may also precede a command."""
    for option in (
        click.option(
            "--data-dir",
            type=click.Path(path_type=Path),
            envvar="NNTUTOR_DATA_DIR",
            show_envvar=True,
            help="Where progress and drafts are kept.",
        ),
        click.option(
            "--lessons",
            type=click.Path(path_type=Path),
            envvar="NNTUTOR_LESSONS",
            show_envvar=True,
            help="A folder with a course.toml, instead of the built-in lessons.",
        ),
    ):
        command = option(command)
    return command


def here_option(command: Command) -> Command:
    """Add the option to run programs on this machine, which may also precede a command."""

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


def screen_options(command: Command) -> Command:
    """Add the options of the app itself, which may precede or follow `open`."""
    for option in (
        click.option(
            "--slow", is_flag=True, help="For a slow connection: charts are drawn twice a second."
        ),
        click.option(
            "--no-mouse", is_flag=True, help="Leave the mouse to the terminal, to select text."
        ),
    ):
        command = option(command)
    return command


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Errors that mean a full disk or an exceeded quota."""

EXIT_CODES = (
    "Exit codes: 0 for success, 1 if an answer, a lesson or the machine has a fault, 2 for wrong "
    "use, 130 if a signal stopped it. Each command's help lists its own."
)


class _Nntutor(click.Group):
    """All commands; Ctrl+C and signals set the exit status."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, a section for each group, then the options."""
        for heading, names in _GROUPS.items():
            with formatter.section(heading):
                commands = {name: self.commands[name] for name in names}
                width = formatter.width
                formatter.write_dl(
                    [(name, each.get_short_help_str(width)) for name, each in commands.items()],
                )
        click.Command.format_options(self, ctx, formatter)

    def main(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as click has it
        """Read the command line and call its command; report output that cannot be written."""
        try:
            return super().main(*args, **options)
        except OSError as problem:
            if problem.errno not in _NO_ROOM or problem.filename is not None:
                raise  # errors of named files are handled where they occur
            late.exit_unwritten(problem)

    def invoke(self, ctx: click.Context) -> object:
        """Call the command and exit with 130 on Ctrl+C; click would exit with 1."""
        _open_closed_streams()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            late.exit_stopped()


def _open_closed_streams() -> None:
    """Replace each closed standard stream by /dev/null."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115 - it stays open
            setattr(sys, name, stream)


@click.group(
    cls=_Nntutor,
    commands=_Commands(),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)
@place_options
@here_option
@screen_options
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

    Without a command, nntutor shows where you left off; press Enter to continue there.
    """
    context.obj = {"lessons": lessons, "data_dir": data_dir, "mouse": not no_mouse, "slow": slow}
    if context.invoked_subcommand is None:
        run_app(places_of(context), None, mouse=not no_mouse, slow=slow)


def run_app(
    places: Places,
    start_at: str | None,
    *,
    own: OpenedProgram | None = None,
    review: bool = False,
    mouse: bool,
    slow: bool,
) -> NoReturn:
    """Open the app at a step, at a program of the learner's own, or where they left off.

    With `review`, a review comes first. If plain mode is asked for, it opens in place of the app.
    """
    if why := _why_plain(places):
        run_plain_mode(places, start_at, why=why, own=own, review=review)
    sys.exit(
        late.launch(
            places, start_at, mouse=mouse, slow=slow, here=_is_here(), own=own, review=review
        )
    )


def run_plain_mode(
    places: Places,
    start_at: str | None,
    *,
    why: str,
    own: OpenedProgram | None = None,
    review: bool = False,
) -> NoReturn:
    """Hold the conversation of plain mode; `why` says what asked for it.

    With `review`, a review comes first.
    """
    config, problems = config_of(places)
    status = late.run_plain(
        places, config, why=why, problems=problems, start_at=start_at, own=own, review=review
    )
    sys.exit(status)


def _why_plain(places: Places) -> str:
    """Return what asks for plain mode in place of the app; "" if nothing does."""
    if os.environ.get("ACCESSIBLE", "").casefold() not in ("", "0", "false"):
        return "ACCESSIBLE"
    if os.environ.get("TERM") == "dumb":
        return "TERM=dumb"
    return "the setting plain" if late.read_config(places.config)[0].plain else ""


def places_of(
    context: click.Context, lessons: Path | None = None, data_dir: Path | None = None
) -> Places:
    """Return the places: from a command's options, else from those before it, else defaults."""
    outer = context.find_root().obj
    try:
        return find_places(lessons or outer["lessons"], data_dir or outer["data_dir"])
    except PlacesError as error:
        late.exit_wrong_use(str(error))


def config_of(places: Places) -> tuple[Config, tuple[str, ...]]:
    """Return the settings and their problems; `--here` takes precedence over the settings."""
    config, problems = late.read_config(places.config)
    return (config.with_worker_here() if _is_here() else config), problems


def _is_here() -> bool:
    return _HERE in click.get_current_context().meta
