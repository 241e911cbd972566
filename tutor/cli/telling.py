"""What a command says of itself, where it writes, and the status with which it exits."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

WRONG_USE = 2

STOPPED = 130
"""Exit status of what was stopped by Ctrl+C or a signal, as shells have it."""


NOT_WELL = 1
"""Exit status where the answer, the lesson or the machine is not well."""


def warn(text: str) -> None:
    """Say it on standard error."""
    click.echo(f"nntutor: {text}", err=True)


def write_out(content: bytes, out: Path | None) -> None:
    """Write to standard output, or replace the file at once, which its owner alone may read."""
    if out is None:
        click.echo(content, nl=False)
        return
    from tutor.files import replace_file

    try:
        replace_file(out, content)
    except OSError as problem:
        exit_wrong_use(f"{out} cannot be written: {problem.strerror or problem}.")


def exit_wrong_use(message: str) -> NoReturn:
    """Say what is wrong with how the command was called, and exit."""
    click.echo(f"nntutor: {message}", err=True)
    sys.exit(WRONG_USE)


def exit_unwritten(problem: OSError) -> NoReturn:
    """Say that the output could not be written, where that can be read, and exit."""
    with suppress(OSError):
        click.echo(f"nntutor: Not all could be written: {problem.strerror}.", err=True)
    # what is still kept for the streams would be tried again at the end, with a traceback
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.exit(NOT_WELL)
