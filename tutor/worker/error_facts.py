"""An exception as facts: type, message, the learner's line, what stood there, names like it.

For the engine. No words for the learner here: grading has them.
"""

from __future__ import annotations

import linecache
import os
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType

from tutor.wire.events import ErrorFacts, Frame
from tutor.worker.guard import clean, spoken, type_name, without_colours
from tutor.worker.layers import layers_before
from tutor.worker.nearest import nearest_names
from tutor.worker.operands import operands_at
from tutor.worker.stack import EXERCISE_FILE, GIVEN_FILE, is_ours, lines_of

MAX_MESSAGE = 2_000
MAX_LINE = 500
MAX_FRAMES = 40
"""The outer and the inner half of them; a recursion has a thousand."""

_SHOWN_FILES = (EXERCISE_FILE, GIVEN_FILE)
_traceback_of: Callable[[BaseException], TracebackType | None] = vars(BaseException)[
    "__traceback__"
].__get__


def error_facts(
    error: BaseException, namespace: Mapping[str, object], source: str = "", given: bool = False
) -> ErrorFacts:
    """Never raises, whatever class the exception is of."""
    try:
        return _facts(error, namespace, source, given)
    except Exception:
        return ErrorFacts(type_name(error), "", from_given=given)


def _facts(
    error: BaseException, namespace: Mapping[str, object], source: str, given: bool
) -> ErrorFacts:
    trace = [part for part in _walk(error) if not is_ours(part.tb_frame.f_code.co_filename)]
    line, column = _place(error, trace, source)
    return ErrorFacts(
        type_name=type_name(error),
        message=_message(error),
        line=line,
        column=column,
        source_line=_line_of(source, line),
        frames=_frames(trace),
        operands=operands_at(trace, namespace, source),
        layers=layers_before(trace, namespace),
        nearest=nearest_names(error, namespace),
        from_given=given,
        raised_in=_raised_in(trace),
    )


def brief(facts: ErrorFacts) -> str:
    """ "Class: message", as Python itself writes it."""
    return f"{facts.type_name}: {facts.message}" if facts.message else facts.type_name


def _walk(error: BaseException) -> Iterator[TracebackType]:
    part = _traceback_of(error)
    while part is not None:
        yield part
        part = part.tb_next


def _raised_in(trace: list[TracebackType]) -> str:
    """By the file of the innermost frame: one of the same name in another folder is another."""
    if not trace or trace[-1].tb_frame.f_code.co_filename == EXERCISE_FILE:
        return ""
    frame = trace[-1].tb_frame
    if frame.f_code.co_filename == GIVEN_FILE:
        return GIVEN_FILE
    module = frame.f_globals.get("__name__")
    name = clean(module, 100) if type(module) is str else ""
    return "" if name == "__main__" else name  # what the program itself made with `exec`


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and isinstance(error.msg, str):
        return clean(error.msg, MAX_MESSAGE)
    return without_colours(spoken(error, MAX_MESSAGE))


def _place(
    error: BaseException, trace: list[TracebackType], source: str
) -> tuple[int | None, int | None]:
    """Line and column of a SyntaxError in the program; else the innermost line of the learner's."""
    if isinstance(error, SyntaxError) and not trace and error.lineno is None:
        return _line_with_null(source), None
    if isinstance(error, SyntaxError) and error.filename in _SHOWN_FILES:
        return error.lineno, error.offset
    lines = [part.tb_lineno for part in trace if part.tb_frame.f_code.co_filename == EXERCISE_FILE]
    return (lines[-1] if lines else None), None


def _line_with_null(source: str) -> int | None:
    """Python says nothing of where it is."""
    lines = (number for number, line in enumerate(lines_of(source), 1) if "\0" in line)
    return next(lines, None)


def _line_of(source: str, line: int | None) -> str:
    lines = lines_of(source)
    if line is None or not 0 < line <= len(lines):
        return ""
    return lines[line - 1].rstrip()[:MAX_LINE]


def _frames(trace: list[TracebackType]) -> tuple[Frame, ...]:
    half = MAX_FRAMES // 2
    parts = trace if len(trace) <= MAX_FRAMES else trace[:half] + trace[-half:]
    return tuple(map(_frame, parts))


def _frame(part: TracebackType) -> Frame:
    code = part.tb_frame.f_code
    known = code.co_filename in _SHOWN_FILES
    text = linecache.getline(code.co_filename, part.tb_lineno).strip() if known else ""
    folder, name = os.path.split(code.co_filename)
    if name in _SHOWN_FILES:
        name = os.path.join(os.path.basename(folder), name)
    name = clean(name, 100)
    return Frame(name, part.tb_lineno, clean(code.co_name, 100), text[:MAX_LINE])
