"""Facts about an exception: its type and message, the learner's line, the operands there.

Nothing is worded for the learner here: grading explains errors, from these facts alone.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType

from tutor.wire.events import ErrorFacts, Frame
from tutor.worker.guard import clean, safe_str, type_name, without_colours
from tutor.worker.layers import layers_before
from tutor.worker.nearest import nearest_names
from tutor.worker.operands import operands_at
from tutor.worker.stack import (
    BEFORE_FILE,
    EXERCISE_FILE,
    GIVEN_FILE,
    is_worker_file,
    split_lines,
)

MAX_MESSAGE = 2_000
MAX_LINE = 500
MAX_FRAMES = 40
"""Maximum number of frames sent, half of them outermost: an endless recursion has a thousand."""

_LOCKED_FILES = (BEFORE_FILE, GIVEN_FILE)
_SHOWN_FILES = (EXERCISE_FILE, *_LOCKED_FILES)
_traceback_of: Callable[[BaseException], TracebackType | None] = vars(BaseException)[
    "__traceback__"
].__get__
"""Read from the base class, since an exception of the program may define the attribute anew."""


def error_facts(
    error: BaseException, namespace: Mapping[str, object], source: str = "", given: bool = False
) -> ErrorFacts:
    """Return the facts about an exception that ended the program or an expression.

    `source` is the learner's part, `given` is True if prelude or givens raised. Never raises: of an
    exception that cannot be read, only the type is reported.
    """
    try:
        return _facts(error, namespace, source, given)
    except Exception:
        return ErrorFacts(type_name(error), "", from_given=given)


def _facts(
    error: BaseException, namespace: Mapping[str, object], source: str, given: bool
) -> ErrorFacts:
    entries = [
        entry for entry in _walk(error) if not is_worker_file(entry.tb_frame.f_code.co_filename)
    ]
    line, column = _line_and_column(error, entries, source)
    return ErrorFacts(
        type_name=type_name(error),
        message=_message(error),
        line=line,
        column=column,
        source_line=_line_of(source, line),
        frames=_frames(entries),
        operands=operands_at(entries, namespace, source),
        layers=layers_before(entries, namespace),
        nearest=nearest_names(error, namespace),
        from_given=given,
        raised_in=_raised_in(entries),
    )


def format_error(facts: ErrorFacts) -> str:
    """Return the error as "Class: message", or "Class" without a message."""
    return f"{facts.type_name}: {facts.message}" if facts.message else facts.type_name


def _walk(error: BaseException) -> Iterator[TracebackType]:
    entry = _traceback_of(error)
    while entry is not None:
        yield entry
        entry = entry.tb_next


def _raised_in(entries: list[TracebackType]) -> str:
    """Return the module that raised; "" for the program, a file for locked code.

    The program is known by its file name, which has no folder: an exercise.py that was imported
    from a folder is another module.
    """
    if not entries or entries[-1].tb_frame.f_code.co_filename == EXERCISE_FILE:
        return ""
    frame = entries[-1].tb_frame
    if frame.f_code.co_filename in _LOCKED_FILES:
        return frame.f_code.co_filename
    module = frame.f_globals.get("__name__")
    name = clean(module, 100) if type(module) is str else ""
    return "" if name == "__main__" else name  # what the program itself made with `exec`


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and isinstance(error.msg, str):
        return clean(error.msg, MAX_MESSAGE)
    return without_colours(safe_str(error, MAX_MESSAGE))


def _line_and_column(
    error: BaseException, entries: list[TracebackType], source: str
) -> tuple[int | None, int | None]:
    """Return line and column of a SyntaxError, else the innermost learner's line and None."""
    if isinstance(error, SyntaxError) and not entries and error.lineno is None:
        return _line_with_null(source), None
    if isinstance(error, SyntaxError) and error.filename in _SHOWN_FILES:
        return error.lineno, error.offset
    lines = [
        entry.tb_lineno for entry in entries if entry.tb_frame.f_code.co_filename == EXERCISE_FILE
    ]
    return (lines[-1] if lines else None), None


def _line_with_null(source: str) -> int | None:
    """Return the first line with a null character; Python's SyntaxError for it names no line."""
    lines = (number for number, line in enumerate(split_lines(source), 1) if "\0" in line)
    return next(lines, None)


def _line_of(source: str, line: int | None) -> str:
    lines = split_lines(source)
    if line is None or not 0 < line <= len(lines):
        return ""
    return lines[line - 1].rstrip()[:MAX_LINE]


def _frames(entries: list[TracebackType]) -> tuple[Frame, ...]:
    half = MAX_FRAMES // 2
    parts = entries if len(entries) <= MAX_FRAMES else entries[:half] + entries[-half:]
    return tuple(map(_frame, parts))


def _frame(entry: TracebackType) -> Frame:
    code = entry.tb_frame.f_code
    is_shown = code.co_filename in _SHOWN_FILES
    text = linecache.getline(code.co_filename, entry.tb_lineno).strip() if is_shown else ""
    folder, name = os.path.split(code.co_filename)
    if name in _SHOWN_FILES:
        name = os.path.join(os.path.basename(folder), name)
    name = clean(name, 100)
    return Frame(name, entry.tb_lineno, clean(code.co_name, 100), text[:MAX_LINE])
