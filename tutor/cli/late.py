"""Imports of commands that wait until something is used, so that `--help` answers at once.

A command imports what it alone runs in its own function; here is what several share.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from tutor.config import Config
    from tutor.course.model import Course
    from tutor.course.problems import Problem
    from tutor.paths import Places
    from tutor.progress.own_files import OpenedProgram


def exit_wrong_use(message: str) -> NoReturn:
    from tutor.cli.telling import exit_wrong_use

    exit_wrong_use(message)


def exit_stopped() -> NoReturn:
    from tutor.cli.telling import STOPPED

    sys.exit(STOPPED)


def exit_unwritten(problem: OSError) -> NoReturn:
    from tutor.cli.telling import exit_unwritten

    exit_unwritten(problem)


def read_config(file: Path) -> tuple[Config, tuple[str, ...]]:
    from tutor.config import read_config

    return read_config(file)


def launch(
    places: Places,
    start_at: str | None,
    *,
    mouse: bool,
    slow: bool,
    here: bool,
    own: OpenedProgram | None,
    review: bool,
) -> int:
    """Open the app, and return its exit status; the command exits if it cannot open."""
    from tutor.first_screen.held_terminal import HeldTerminal

    terminal = HeldTerminal()
    terminal.hold()  # before Textual is imported: keys are typed meanwhile
    try:
        from tutor.ui.launch import CannotOpen, launch

        return launch(
            places,
            start_at,
            mouse=mouse,
            slow=slow,
            here=here,
            own=own,
            review=review,
            held_terminal=terminal,
        )
    except CannotOpen as problem:
        raise click.ClickException(str(problem)) from None
    finally:
        terminal.give_back()


def run_plain(
    places: Places,
    config: Config,
    *,
    why: str,
    problems: tuple[str, ...],
    start_at: str | None,
    own: OpenedProgram | None,
    review: bool,
) -> int:
    from tutor.plain.main_thread import run_plain

    return run_plain(
        places, config, why=why, problems=problems, start_at=start_at, own=own, review=review
    )


def load_course(lessons: Path) -> tuple[Course, tuple[Problem, ...]]:
    from tutor.course.load import load_course

    return load_course(lessons)


def step_ids(lessons: Path) -> list[str]:
    from tutor.course.step_header import step_ids

    return step_ids(lessons)


def write_out(content: bytes, out: Path | None) -> None:
    """Write to standard output, or replace the file atomically, readable by its owner alone."""
    if out is None:
        click.echo(content, nl=False)
        return
    from tutor.cli.telling import exit_wrong_use
    from tutor.files import replace_file

    try:
        replace_file(out, content)
    except OSError as problem:
        exit_wrong_use(f"{out} cannot be written: {problem.strerror or problem}.")


def with_keys(text: str) -> str:
    """Return the text with the app's names of keys."""
    from tutor.session.words.key_names import fill_known_keys
    from tutor.ui.marks import marks_of

    return fill_known_keys(text, marks_of("unicode").keys)


def format_text(schema: str | None) -> str:
    """Return the schema with this name, or the reference of all keys if there is none."""
    from tutor.authoring.format_reference import reference_text
    from tutor.authoring.lesson_schema import schema_text

    return schema_text(schema) if schema else reference_text()


def ask_interface(
    config: Config, places: Places
) -> tuple[str, tuple[str, ...], tuple[str, ...] | None]:
    """Return the reason for full repaints, the problems of the settings, and all themes.

    Only ui knows these. If Textual cannot be imported, the error is the reason and the themes are
    None, so that doctor can report it like any other finding.
    """
    try:
        from tutor.ui.terminal.cell_diff import why_full_repaint
        from tutor.ui.user_settings import known_themes, settings_problems
    except ImportError as error:
        return f"the interface cannot be imported ({error})", (), None
    return why_full_repaint(), settings_problems(config, places.config), known_themes()


def grade_on_cluster() -> Callable[..., Coroutine[Any, Any, bool]]:
    """Return the function that grades on Dask; raise ModuleNotFoundError without Dask."""
    from tutor.authoring.batch.on_dask import grade_on

    return grade_on
