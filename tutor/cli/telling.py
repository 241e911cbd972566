"""Messages, output and exit status of commands."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

import click

WRONG_USE = 2

STOPPED = 130
"""Exit status after Ctrl+C or a signal, as in shells."""


NOT_WELL = 1
"""Exit status for an answer, lesson or machine with a problem."""


def warn(text: str) -> None:
    """Print it on standard error."""
    click.echo(f"nntutor: {text}", err=True)


def exit_wrong_use(message: str) -> NoReturn:
    """Print what is wrong with the call of the command, and exit."""
    click.echo(f"nntutor: {message}", err=True)
    sys.exit(WRONG_USE)


def exit_unwritten(problem: OSError) -> NoReturn:
    """Print that the output could not be written, if possible, and exit."""
    with suppress(OSError):
        click.echo(f"nntutor: The output is incomplete: {problem.strerror}.", err=True)
    # else Python would write the buffered rest at exit again, with a traceback
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.exit(NOT_WELL)
