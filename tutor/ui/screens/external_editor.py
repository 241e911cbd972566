"""The learner's own editor, from $VISUAL or $EDITOR, for the buffer. Used by the lesson screen.

The editor gets the terminal until it ends; the worker goes on meanwhile. Its file stands in the
data folder, so that what was typed there outlives anything that goes wrong.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.app import SuspendNotSupported

from tutor.text import clean_paste
from tutor.ui.user_programs import (
    InvalidCommandLine,
    UserProgram,
    explain_exit_status,
    explain_start_error,
    run_program,
    suggest_program,
    user_program,
)
from tutor.ui.widgets.code_editor import MAX_TEXT

if TYPE_CHECKING:
    from tutor.ui.terminal.cell_diff import CellDiff

VARIABLES = ("VISUAL", "EDITOR")

FOLDER = "edited"
"""In the data folder."""

NO_EDITOR = "No editor is set."
NO_SUSPEND = "This terminal cannot be handed to an editor."
YOURS_STAYS = "Your code is as it was."

ABOVE = "Given code, for reading: these lines are taken out again."
BELOW = "Your code begins below."

GO_TO_LINE = frozenset({"vi", "vim", "nvim", "nano", "emacs", "micro", "joe", "kak", "pico"})
"""Editors that take `+12` as the line to begin at."""


class Edited(Struct, frozen=True):
    """What came back."""

    note: str
    """A sentence for the learner."""
    text: str | None = None
    """The new buffer, if there is one."""


class Page(Struct, frozen=True):
    """The file as the editor gets it."""

    text: str
    mark: str
    """What each line of the block on top begins with, and no line of the learner's."""

    @property
    def height(self) -> int:
        """Lines of the block."""
        return sum(line.startswith(self.mark) for line in self.text.splitlines())


def page(given: str, source: str) -> Page:
    """The givens as a comment block, and the buffer below."""
    mark = "#:"  # formatters leave it as it is
    while any(line.lstrip().startswith(mark) for line in source.splitlines()):
        mark += ":"
    if not given.strip():
        return Page(source, mark)
    lines = [ABOVE, *given.strip("\n").splitlines(), BELOW]
    block = "".join(f"{mark} {line}".rstrip() + "\n" for line in lines)
    return Page(block + source, mark)


def buffer_of(text: str, mark: str) -> str:
    """The learner's lines, wherever they stand; those of the block are left out."""
    lines = clean_paste(text).split("\n")
    return "\n".join(line for line in lines if not line.lstrip().startswith(mark))


async def edit_outside(
    app: CellDiff, data: Path, step: str, given: str, source: str, row: int
) -> Edited:
    """Has the buffer edited, the cursor in `row` (from 0) where the editor can be told so."""
    try:
        editor = user_program(os.environ, VARIABLES)
    except InvalidCommandLine as error:
        return Edited(f"{error} {YOURS_STAYS}")
    if editor is None:
        return Edited(f"{NO_EDITOR} {suggest_program('EDITOR', os.environ)}")
    whole = page(given, source)
    try:
        file = _write(data / FOLDER, step, whole.text)
    except OSError as error:
        return Edited(
            f"No file could be written for {editor.name}: {_reason(error)}. {YOURS_STAYS}"
        )
    at = [f"+{whole.height + row + 1}"] if editor.name in GO_TO_LINE else []
    try:
        with app.lender.lend_terminal():
            status = await run_program(editor, *at, str(file))
    except SuspendNotSupported:
        file.unlink()
        return Edited(NO_SUSPEND)
    except OSError as error:
        file.unlink()
        return Edited(f"{explain_start_error(editor, error, os.environ)} {YOURS_STAYS}")
    return _take(file, whole, source, editor, status)


def _take(file: Path, whole: Page, source: str, editor: UserProgram, status: int) -> Edited:
    name = editor.name
    try:
        content = file.read_bytes()
    except OSError as error:
        return Edited(f"What {name} wrote cannot be read: {_reason(error)}. {YOURS_STAYS}")
    changed = content != whole.text.encode()
    if not changed:
        file.unlink()
    if status != 0:
        kept = f" Its file: {short_path(file)}" if changed else ""
        return Edited(f"{explain_exit_status(editor, status)} {YOURS_STAYS}{kept}")
    if not changed:
        return Edited(f"{name} changed nothing.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Edited(f"That is not UTF-8. {YOURS_STAYS} Its file: {short_path(file)}")
    text = buffer_of(text, whole.mark)
    if len(text) > MAX_TEXT:
        return Edited(f"That is too long. {YOURS_STAYS} Its file: {short_path(file)}")
    file.unlink()
    if text == source:
        return Edited(f"{name} changed nothing.")
    return Edited(f"What you wrote in {name} is here. Ctrl+Z takes it back.", text)


def _write(folder: Path, step: str, text: str) -> Path:
    """A new file: one that was kept earlier stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        file = folder / (f"{step}.py" if number == 1 else f"{step}-{number}.py")
        try:
            with file.open("x", encoding="utf-8", errors="replace", newline="\n") as opened:
                opened.write(text)
        except FileExistsError:
            number += 1
        else:
            return file


def short_path(file: Path) -> str:
    """As it is told to people."""
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
