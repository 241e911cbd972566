"""The learner's editor and pager: finding them, running them, and sentences about failures.

For front ends, which lend such a program the terminal first.
"""

from __future__ import annotations

import asyncio
import errno
import shlex
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

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
            await _terminate(process)


async def _terminate(process: asyncio.subprocess.Process) -> None:
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
