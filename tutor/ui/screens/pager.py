"""Open a program's output in the learner's own pager, or else in their editor.

The pager has the terminal until it ends; the worker continues meanwhile.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tutor.session.outside_editing import (
    VARIABLES,
    InvalidCommandLine,
    UserProgram,
    explain_exit_status,
    explain_start_error,
    file_sentences,
    run_program,
    user_program,
)

if TYPE_CHECKING:
    from tutor.client.transcript import TranscriptExcerpt
    from tutor.ui.terminal.cell_diff import CellDiff

PAGER = "less"
"""The default pager if the learner has set neither a pager nor an editor."""


async def read_outside(app: CellDiff, printed: TranscriptExcerpt) -> str:
    """Show the file and return a message with its path.

    If it cannot be shown, the message gives the reason.
    """
    location = " ".join(file_sentences(printed))
    try:
        pager = find_pager(os.environ)
    except InvalidCommandLine as error:
        return f"{error} {location}"
    if pager is None:
        return location
    try:
        with app.lender.lend_terminal():
            status = await run_program(pager, str(printed.file))
    except SuspendNotSupported:
        return location  # the terminal cannot be lent, so the path must be enough
    except OSError as error:
        return f"{explain_start_error(pager, error, os.environ)} {location}"
    return f"{explain_exit_status(pager, status)} {location}" if status != 0 else location


def find_pager(environment: Mapping[str, str]) -> UserProgram | None:
    """Return the learner's own pager, else editor, else `less`; None if it is missing.

    Raises InvalidCommandLine if a variable cannot be parsed.
    """
    if program := user_program(environment, ("PAGER", *VARIABLES)):
        return program
    is_here = shutil.which(PAGER, path=environment.get("PATH"))
    return UserProgram("PAGER", [PAGER]) if is_here else None
