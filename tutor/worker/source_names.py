"""The names that the lines of the learner's program bind and use, read from its source.

A value has no name of its own: its name is found at the lines that run when it is made.
"""

from __future__ import annotations

import ast
import functools
import linecache
import re
from collections.abc import Sequence
from types import FrameType

from tutor.worker.naming import MAX_NAME
from tutor.worker.stack import EXERCISE_FILE, GIVEN_FILE
from tutor.worker.trained_names import variables_of

MAX_FRAMES = 3
"""Maximum number of functions of the program in a place, the innermost first."""

_SPLITS = {
    *("train", "training", "trn", "val", "valid", "validation", "validate", "dev"),
    *("test", "testing", "tst", "eval", "evaluation", "holdout"),
}
"""Values of a variable that tell which rows a function computes with."""
_BACKWARD = re.compile(r"([A-Za-z_][\w.]*)\.backward\(")

Place = tuple[tuple[str, int], ...]
"""Files and lines of the program, the innermost first."""


def program_frames(frame: FrameType | None, most: int = MAX_FRAMES) -> list[FrameType]:
    """Return the frames of the program on a stack, the innermost first."""
    frames: list[FrameType] = []
    while frame is not None and len(frames) < most:
        if frame.f_code.co_filename in (EXERCISE_FILE, GIVEN_FILE):
            frames.append(frame)
        frame = frame.f_back
    return frames


def place_of(frames: Sequence[FrameType]) -> Place:
    """Return the current lines of these frames."""
    return tuple((each.f_code.co_filename, each.f_lineno) for each in frames)


def split_of(frames: Sequence[FrameType]) -> str:
    """Return the rows that the program computes with, from a variable such as `split = "val"`.

    It is "" if none says so.
    """
    for frame in frames:
        for value in variables_of(frame).values():
            if type(value) is str and value.lower() in _SPLITS:
                return value
    return ""


def bound_name(place: Place) -> str:
    """Return the name that the statements at this place bind; "" if they bind none.

    The outermost call's name takes precedence: a function uses the same name for the losses of
    different models.
    """
    names = (_names_by_line(file).get(line, "") for file, line in reversed(place))
    return next((name for name in names if name and len(name) <= MAX_NAME), "")


def line_binding(name: str, before: int | None) -> int | None:
    """Return the last line up to `before` that binds the name, else the last of all."""
    lines = [line for line, bound in _names_by_line(EXERCISE_FILE).items() if bound == name]
    earlier = [line for line in lines if before is None or line <= before]
    return max(earlier or lines, default=None)


def backward_name(frame: FrameType) -> str:
    """Return the name of the loss in the last call of `backward` before the frame's line.

    It is "" if the frame's function has none.
    """
    lines = linecache.getlines(frame.f_code.co_filename)
    first = max(frame.f_code.co_firstlineno - 1, 0)
    for line in reversed(lines[first : frame.f_lineno]):
        found = _BACKWARD.search(line)
        if found:
            return found[1][:MAX_NAME]
    return ""


def _names_by_line(file: str) -> dict[int, str]:
    return _parsed("".join(linecache.getlines(file)))


@functools.lru_cache(maxsize=4)
def _parsed(source: str) -> dict[int, str]:
    names: dict[int, str] = {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return names
    for node in ast.walk(tree):
        name = _bound_by(node)
        if name and isinstance(node, ast.stmt):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                names[line] = name
    return names


def _bound_by(node: ast.AST) -> str:
    """Return the name that a statement binds, or the list that it appends to."""
    match node:
        case ast.Assign(targets=[target]):
            return _written(target)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return _written(target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="append"))):
            return _written(owner)
    return ""


def _written(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute | ast.Subscript):
        text = ast.unparse(target)
        return text if len(text) <= MAX_NAME else ""
    return ""
