"""What a command says of itself, where it writes, and the status with which it exits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

WRONG_USE = 2

STOPPED = 130
"""Exit status of what was stopped by Ctrl+C or a signal, as shells have it."""


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
