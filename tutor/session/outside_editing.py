"""Programs of the learner's own: the editor from $VISUAL or $EDITOR, else nano or vi, and a pager.

The editor has the terminal until it ends; the worker goes on meanwhile. The file that it edits is
in the data folder and is removed only once its text was taken over or found unchanged: whatever
goes wrong, what was typed is kept. How a terminal is lent, only the front end knows. The file of a
program's output has its sentences here, too.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shlex
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from msgspec import Struct

from tutor.client.transcript import TranscriptExcerpt
from tutor.files import write_new_file
from tutor.text import clean_paste

Lend = Callable[[], AbstractContextManager[None]]
"""Lends the terminal to another program; raises CannotLend where that is not possible."""

VARIABLES = ("VISUAL", "EDITOR")

FOLDER = "edited"

_MEGABYTE = 1024 * 1024

NO_EDITOR = "No editor is set, and neither nano nor vi is installed."
NO_SUSPEND = "No editor can run in this terminal."
CODE_UNCHANGED = "Your code is unchanged."

GIVENS_HEADING = "Given code, for reading: these lines are removed again."
BUFFER_HEADING = "Your code begins below."

GO_TO_LINE = frozenset({"vi", "vim", "nvim", "nano", "emacs", "micro", "joe", "kak", "pico"})
"""Editors that take an argument such as `+12` as the line to begin at."""


class CannotLend(Exception):
    """An error that this terminal cannot be lent to another program."""


class Edited(Struct, frozen=True):
    """The outcome of an edit."""

    note: str
    text: str | None = None
    """The new buffer; None leaves it as it was."""


class Page(Struct, frozen=True):
    """The file that the editor gets: the given code as a block of comments, then the buffer."""

    text: str
    mark: str
    """The beginning of each line of the block, and of no line of the buffer."""

    @property
    def height(self) -> int:
        return sum(line.startswith(self.mark) for line in self.text.splitlines())


def make_page(given: str, source: str) -> Page:
    mark = "#:"  # formatters leave such comments as they are
    while any(line.lstrip().startswith(mark) for line in source.splitlines()):
        mark += ":"
    if not given.strip():
        return Page(source, mark)
    lines = [GIVENS_HEADING, *given.strip("\n").splitlines(), BUFFER_HEADING]
    block = "".join(f"{mark} {line}".rstrip() + "\n" for line in lines)
    return Page(block + source, mark)


def extract_buffer(text: str, mark: str) -> str:
    lines = clean_paste(text).split("\n")
    return "\n".join(line for line in lines if not line.lstrip().startswith(mark))


async def edit_outside(
    lend: Lend, data: Path, step: str, given: str, source: str, row: int = 0, *, most: int
) -> Edited:
    """Have the program edited and return the outcome.

    `row` is the row in it, from 0, at which editors begin that can be told so. `most` are the
    characters that it may have.
    """
    try:
        editor = user_program(os.environ, VARIABLES) or usual_editor(os.environ)
    except InvalidCommandLine as error:
        return Edited(f"{error} {CODE_UNCHANGED}")
    if editor is None:
        return Edited(f"{NO_EDITOR} {suggest_program('EDITOR', os.environ)}")
    page = make_page(given, source)
    try:
        file = write_kept_file(data, step, page.text)
    except OSError as error:
        return Edited(
            f"No file could be written for {editor.name}: {_reason(error)}. {CODE_UNCHANGED}"
        )
    line_option = [f"+{page.height + row + 1}"] if editor.name in GO_TO_LINE else []
    try:
        with lend():
            status = await run_program(editor, *line_option, str(file))
    except CannotLend:
        file.unlink()
        return Edited(NO_SUSPEND)
    except OSError as error:
        file.unlink()
        return Edited(f"{explain_start_error(editor, error, os.environ)} {CODE_UNCHANGED}")
    return _take_result(file, page, source, editor, status, most)


def _take_result(
    file: Path, page: Page, source: str, editor: UserProgram, status: int, most: int
) -> Edited:
    name = editor.name
    try:
        content = file.read_bytes()
    except OSError as error:
        return Edited(f"The text from {name} cannot be read: {_reason(error)}. {CODE_UNCHANGED}")
    changed = content != page.text.encode()
    if not changed:
        file.unlink()
    if status != 0:
        kept = f" Its file: {short_path(file)}" if changed else ""
        return Edited(f"{explain_exit_status(editor, status)} {CODE_UNCHANGED}{kept}")
    if not changed:
        return Edited(f"{name} changed nothing.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Edited(f"That is not UTF-8. {CODE_UNCHANGED} Its file: {short_path(file)}")
    text = extract_buffer(text, page.mark)
    if len(text) > most:
        return Edited(f"That is too long. {CODE_UNCHANGED} Its file: {short_path(file)}")
    file.unlink()
    if text == source:
        return Edited(f"{name} changed nothing.")
    return Edited(f"Your text from {name} is here.", text)


def write_kept_file(data: Path, step: str, text: str) -> Path:
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        file = folder / (f"{step}.py" if number == 1 else f"{step}-{number}.py")
        try:
            write_new_file(file, text.encode(errors="replace"))
        except FileExistsError:
            number += 1
        else:
            return file


def short_path(file: Path) -> str:
    """Return the path as it is shown to learners, with `~` for the home directory."""
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def file_sentences(printed: TranscriptExcerpt) -> Iterator[str]:
    """Yield sentences on where the file is, for how long, and what of the output is not in it."""
    yield f"The output is in {short_path(printed.file)} until the next run."
    if printed.left_out:
        why = f" ({printed.problem.lower()})" if printed.problem else ""
        count = printed.left_out
        size = f"{count / _MEGABYTE:.1f} MB" if count >= _MEGABYTE else f"{count:,} bytes"
        yield f"The last {size} are not in it{why}."


TERMINATE_TIMEOUT_S = 1.0
"""Seconds after which a program that was asked to terminate is killed."""

EDITORS = ("nano", "micro", "vim", "vi", "emacs")
USUAL_EDITORS = ("nano", "vi")
"""Editors to open if no variable names one; the one that shows its keys comes first."""
PAGERS = ("less", "more")


class UserProgram(Struct, frozen=True):
    """A program that a variable of the environment names."""

    variable: str
    words: list[str]

    @property
    def name(self) -> str:
        return Path(self.words[0]).name


class InvalidCommandLine(ValueError):
    """An error that a variable holds no command line; the message is a sentence about it."""


def user_program(environment: Mapping[str, str], variables: Sequence[str]) -> UserProgram | None:
    """Return the program that the first of the variables that is set names, None if none is set.

    Raises InvalidCommandLine if a quotation is not closed.
    """
    for variable in variables:
        try:
            words = shlex.split(environment.get(variable, ""))
        except ValueError as error:
            raise InvalidCommandLine(f"{variable} cannot be read: {error}.") from None
        if words:
            return UserProgram(variable, words)
    return None


def usual_editor(environment: Mapping[str, str]) -> UserProgram | None:
    path = environment.get("PATH")
    installed = next((name for name in USUAL_EDITORS if shutil.which(name, path=path)), None)
    return UserProgram("EDITOR", [installed]) if installed is not None else None


async def run_program(program: UserProgram, *arguments: str) -> int:
    """Run a program to its end and return its exit status, below 0 the number of a signal.

    The terminal must have been lent to it. It is ended with the caller: where that is cancelled,
    the app ends before the program does. Raises OSError if it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(*program.words, *arguments)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), TERMINATE_TIMEOUT_S)
            finally:
                if process.returncode is None:
                    process.kill()


def explain_start_error(
    program: UserProgram, error: OSError, environment: Mapping[str, str]
) -> str:
    variable, command = program.variable, program.words[0]
    path = environment.get("PATH")
    if error.errno == errno.ENOENT and shutil.which(command, path=path):
        reason = "the program named in its first line does not exist"
    else:
        reason = _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())
    return f"{variable} names {command}, and {reason}. {suggest_program(variable, environment)}"


_REASONS = {
    errno.ENOENT: "there is no such program",
    errno.EACCES: "it may not be run as a program",
    errno.ENOEXEC: "it is not a program",
    errno.ENOTDIR: "there is no such program",
}


def suggest_program(variable: str, environment: Mapping[str, str]) -> str:
    kind = PAGERS if variable == "PAGER" else EDITORS
    path = environment.get("PATH")
    installed = next((name for name in kind if shutil.which(name, path=path)), kind[0])
    return f"Leave, say export {variable}={installed} in the shell, and start again."


def explain_exit_status(program: UserProgram, status: int) -> str:
    if status > 0:
        return f"{program.name} failed: it ended with status {status}."
    try:
        sent = signal.Signals(-status).name
    except ValueError:
        sent = f"signal {-status}"
    return f"{program.name} failed: it was ended by {sent}."
