"""Opens what a program printed in the learner's own pager, else editor. For pane actions.

It gets the terminal until it ends; the worker goes on meanwhile.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tutor.ui.screens.external_editor import VARIABLES, short_path
from tutor.ui.user_programs import (
    InvalidCommandLine,
    UserProgram,
    explain_exit_status,
    explain_start_error,
    run_program,
    user_program,
)

if TYPE_CHECKING:
    from tutor.client.transcript import TranscriptExcerpt
    from tutor.ui.terminal.cell_diff import CellDiff

PAGER = "less"
"""Where the learner has set nothing."""

_MEGABYTE = 1024 * 1024


async def read_outside(app: CellDiff, printed: TranscriptExcerpt) -> str:
    """Shows the file, and gives a sentence on where it is; that alone if it cannot be shown."""
    where = where_words(printed)
    try:
        pager = pager_of(os.environ)
    except InvalidCommandLine as error:
        return f"{error} {where}"
    if pager is None:
        return where
    try:
        with app.lender.lend_terminal():
            status = await run_program(pager, str(printed.file))
    except SuspendNotSupported:
        return where  # a terminal that cannot be lent: it is enough to know where
    except OSError as error:
        return f"{explain_start_error(pager, error, os.environ)} {where}"
    return f"{explain_exit_status(pager, status)} {where}" if status != 0 else where


def pager_of(environment: Mapping[str, str]) -> UserProgram | None:
    """The learner's own pager, else editor, else less. Raises InvalidCommandLine."""
    if program := user_program(environment, ("PAGER", *VARIABLES)):
        return program
    is_here = shutil.which(PAGER, path=environment.get("PATH"))
    return UserProgram("PAGER", [PAGER]) if is_here else None


def where_words(printed: TranscriptExcerpt) -> str:
    """Where the file is, for how long, and what is not in it."""
    words = f"What was printed is in {short_path(printed.file)} until the next run."
    if not printed.left_out:
        return words
    why = f" ({printed.problem.lower()})" if printed.problem else ""
    return f"{words} The last {_size(printed.left_out)} are not in it{why}."


def _size(count: int) -> str:
    return f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{count:,} bytes"
