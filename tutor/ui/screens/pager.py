"""Opens what a program printed in the learner's own pager, else editor. For pane actions.

It gets the terminal until it ends; the worker goes on meanwhile.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tutor.ui.screens.external_editor import run_program, short_path

if TYPE_CHECKING:
    from tutor.client.transcript import Printed
    from tutor.ui.cell_diff import CellDiff

PAGER = "less"
"""Where the learner has set nothing."""

_MEGABYTE = 1024 * 1024


async def read_outside(app: CellDiff, printed: Printed) -> str:
    """Shows the file, and gives a sentence on where it is; that alone if it cannot be shown."""
    where = where_words(printed)
    try:
        if command := reading_command(os.environ):
            with app.lend_terminal():
                await run_program([*command, str(printed.file)])
    except SuspendNotSupported:
        pass  # a terminal that cannot be lent: it is enough to know where
    except OSError as error:
        return f"{error.filename} could not be started: {error.strerror}. {where}"
    except ValueError as error:
        return f"The pager that is set cannot be read: {error}. {where}"
    return where


def reading_command(environment: Mapping[str, str]) -> list[str]:
    """The program and its options; empty if there is none. Raises ValueError for open quotes."""
    for name in ("PAGER", "VISUAL", "EDITOR"):
        if words := shlex.split(environment.get(name, "")):
            return words
    return [PAGER] if shutil.which(PAGER, path=environment.get("PATH")) else []


def where_words(printed: Printed) -> str:
    """Where the file is, for how long, and what is not in it."""
    words = f"What was printed is in {short_path(printed.file)} until the next run."
    if not printed.left_out:
        return words
    why = f" ({printed.problem.lower()})" if printed.problem else ""
    return f"{words} The last {_size(printed.left_out)} are not in it{why}."


def _size(count: int) -> str:
    return f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{count:,} bytes"
